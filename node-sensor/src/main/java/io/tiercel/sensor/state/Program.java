package io.tiercel.sensor.state;

import static io.tiercel.sensor.bpf.RecordLayout.*;

import io.tiercel.sensor.bpf.RecordView;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a process got with its last exec: immutable, and shared with the children it forks.
 *
 * <p>Texts are byte strings.
 */
final class Program {
    private static final int CAP_DAC_OVERRIDE = 1;

    final String comm;
    final String exe;
    final List<String> args;
    final String exePath;
    final boolean fromMemory;
    final int fileBits;
    final boolean exeWritable;
    final long exeIno;
    final long exeCtimeNanos;
    final long exeMtimeNanos;
    private final String environment;
    private @Nullable String cmdline;
    private @Nullable String argsText;

    /** Reads a record of an exec, or of a process from {@code /proc}. */
    Program(RecordView r) {
        comm = r.fixedText(EXEC_COMM, COMM_SIZE);
        List<String> words = split(r.textOrEmpty(0));
        exe = words.isEmpty() ? "" : words.getFirst();
        args = words.isEmpty() ? List.of() : List.copyOf(words.subList(1, words.size()));
        environment = r.textOrEmpty(1);
        String path = r.name(0);
        fileBits = r.intAt(EXEC_FILE_BITS);
        fromMemory = (fileBits & FILE_IN_MEMORY) != 0;
        exePath = fromMemory && path.startsWith("/") ? path.substring(1) : path;
        exeIno = r.longAt(EXEC_EXE_INO);
        exeCtimeNanos = r.longAt(EXEC_EXE_CTIME_NS);
        exeMtimeNanos = r.longAt(EXEC_EXE_MTIME_NS);
        exeWritable = writable(r);
    }

    private boolean writable(RecordView r) {
        int mode = r.intAt(EXEC_EXE_MODE);
        if ((r.capEffective() >>> CAP_DAC_OVERRIDE & 1) != 0) {
            return true;
        }
        if (r.intAt(EXEC_EXE_UID) == r.uid()) {
            return (mode & 0200) != 0;
        }
        return (mode & (r.intAt(EXEC_EXE_GID) == r.gid() ? 0020 : 0002)) != 0;
    }

    /** Whether another reading is of the same program, so that what {@code /proc} does not tell is still true. */
    boolean isSame(Program other) {
        return exeIno == other.exeIno
                && exePath.equals(other.exePath)
                && exe.equals(other.exe)
                && args.equals(other.args)
                && comm.equals(other.comm);
    }

    /** Name and arguments, joined with blanks, of a process that bears the program's own name. */
    String cmdline() {
        String line = cmdline;
        if (line == null) {
            line = cmdline(comm);
            cmdline = line;
        }
        return line;
    }

    /** The same for a process of another name. */
    String cmdline(String name) {
        return args.isEmpty() ? name : name + " " + argsText();
    }

    String argsText() {
        String text = argsText;
        if (text == null) {
            text = String.join(" ", args);
            argsText = text;
        }
        return text;
    }

    String exeLine() {
        return exe + " " + argsText();
    }

    String environmentText() {
        return String.join(" ", split(environment));
    }

    /** Value of a variable without outer blanks; empty if unset. */
    String variable(String name) {
        for (String entry : split(environment)) {
            if (entry.length() > name.length() && entry.charAt(name.length()) == '=' && entry.startsWith(name)) {
                return entry.substring(name.length() + 1).strip();
            }
        }
        return "";
    }

    private static List<String> split(String zeroSeparated) {
        List<String> words = new ArrayList<>();
        int from = 0;
        for (int to = zeroSeparated.indexOf(0); to >= 0; to = zeroSeparated.indexOf(0, from)) {
            words.add(zeroSeparated.substring(from, to));
            from = to + 1;
        }
        if (from < zeroSeparated.length()) {
            words.add(zeroSeparated.substring(from));
        }
        return words;
    }
}
