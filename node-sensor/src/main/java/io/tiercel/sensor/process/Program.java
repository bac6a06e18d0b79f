package io.tiercel.sensor.process;

import static io.tiercel.sensor.bpf.RecordLayout.*;

import io.tiercel.sensor.bpf.RecordView;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The executable, arguments and environment of a process's last exec. Immutable; forked children share it.
 *
 * <p>Strings are byte strings: one character per byte.
 */
public final class Program {
    private static final int CAP_DAC_OVERRIDE = 1;

    final String comm;
    private final String exe;
    private final List<String> args;
    private final String exePath;
    private final @Nullable String givenExePath;
    private final boolean fromMemory;
    private final int fileBits;
    private final boolean exeWritable;
    private final long exeIno;
    private final long exeCtimeNanos;
    private final long exeMtimeNanos;
    private final String environment;
    private @Nullable String cmdline;
    private @Nullable String argsText;

    /** Decodes a RECORD_EXEC or RECORD_PROCESS. */
    Program(RecordView r) {
        comm = r.fixedText(EXEC_COMM, COMM_SIZE);
        List<String> argv = split(r.textOrEmpty(0));
        exe = argv.isEmpty() ? "" : argv.getFirst();
        args = argv.isEmpty() ? List.of() : List.copyOf(argv.subList(1, argv.size()));
        environment = r.textOrEmpty(1);
        String path = r.name(0);
        fileBits = r.intAt(EXEC_FILE_FLAGS);
        fromMemory = (fileBits & FILE_MEMFD) != 0;
        exePath = fromMemory && path.startsWith("/") ? path.substring(1) : path;
        givenExePath = r.isNameTruncated(0) ? givenPath(r) : null;
        exeIno = r.longAt(EXEC_EXE_INO);
        exeCtimeNanos = r.longAt(EXEC_EXE_CTIME_NS);
        exeMtimeNanos = r.longAt(EXEC_EXE_MTIME_NS);
        exeWritable = isWritable(r);
    }

    /** Returns the path that was passed to exec, made absolute; empty if it is unknown. */
    private static String givenPath(RecordView r) {
        String passed = r.kind() == RECORD_EXEC ? r.textOrEmpty(2) : "";
        return passed.isEmpty() || passed.startsWith("/") ? passed : r.name(1) + "/" + passed;
    }

    private static boolean isWritable(RecordView r) {
        int mode = r.intAt(EXEC_EXE_MODE);
        if ((r.capEffective() >>> CAP_DAC_OVERRIDE & 1) != 0) {
            return true;
        }
        if (r.intAt(EXEC_EXE_UID) == r.uid()) {
            return (mode & 0200) != 0;
        }
        return (mode & (r.intAt(EXEC_EXE_GID) == r.gid() ? 0020 : 0002)) != 0;
    }

    public String exe() {
        return exe;
    }

    /** The arguments without {@code argv[0]}. */
    public List<String> args() {
        return args;
    }

    /** The kernel's path of the executable. */
    public String exePath() {
        return exePath;
    }

    /** Returns true if the kernel's path lacks its beginning, because the file is too deep. */
    public boolean isExePathTruncated() {
        return givenExePath != null;
    }

    /**
     * Returns the path that was passed to exec, absolute but not normalized, if the kernel's path is truncated; otherwise
     * the kernel's path.
     */
    public String givenExePath() {
        return givenExePath == null ? exePath : givenExePath;
    }

    /** Returns true if the executable is a memfd or another file that exists only in memory. */
    public boolean isFromMemory() {
        return fromMemory;
    }

    /** The executable's {@code FILE_*} bits. */
    public int fileBits() {
        return fileBits;
    }

    /** Returns true if the process's user may write to the executable. */
    public boolean isExeWritable() {
        return exeWritable;
    }

    /** The executable's inode; 0 if unknown. */
    public long exeIno() {
        return exeIno;
    }

    /** The executable's change time in nanoseconds since the epoch; 0 if unknown. */
    public long exeCtimeNanos() {
        return exeCtimeNanos;
    }

    /** The executable's modification time in nanoseconds since the epoch; 0 if unknown. */
    public long exeMtimeNanos() {
        return exeMtimeNanos;
    }

    /** Returns true if both describe the same exec. Then values that {@code /proc} lacks are still valid. */
    boolean isSame(Program other) {
        return exeIno == other.exeIno
                && exePath.equals(other.exePath)
                && exe.equals(other.exe)
                && args.equals(other.args)
                && comm.equals(other.comm);
    }

    /** Returns the program's name and arguments, joined with spaces. */
    String cmdline() {
        String line = cmdline;
        if (line == null) {
            line = cmdline(comm);
            cmdline = line;
        }
        return line;
    }

    /** Returns the command line of a process that changed its name. */
    String cmdline(String name) {
        return args.isEmpty() ? name : name + " " + argsText();
    }

    /** Returns the arguments without {@code argv[0]}, joined with spaces. */
    public String argsText() {
        String text = argsText;
        if (text == null) {
            text = String.join(" ", args);
            argsText = text;
        }
        return text;
    }

    /** Returns {@code argv}, joined with spaces. */
    public String exeLine() {
        return exe + " " + argsText();
    }

    /** Returns the environment as {@code NAME=value}, joined with spaces. */
    public String environmentText() {
        return String.join(" ", split(environment));
    }

    /** Returns the value of an environment variable, trimmed; empty if it is not set. */
    public String environmentVariable(String name) {
        for (String entry : split(environment)) {
            if (entry.length() > name.length() && entry.charAt(name.length()) == '=' && entry.startsWith(name)) {
                return entry.substring(name.length() + 1).strip();
            }
        }
        return "";
    }

    private static List<String> split(String nulSeparated) {
        List<String> parts = new ArrayList<>();
        int from = 0;
        for (int to = nulSeparated.indexOf(0); to >= 0; to = nulSeparated.indexOf(0, from)) {
            parts.add(nulSeparated.substring(from, to));
            from = to + 1;
        }
        if (from < nulSeparated.length()) {
            parts.add(nulSeparated.substring(from));
        }
        return parts;
    }
}
