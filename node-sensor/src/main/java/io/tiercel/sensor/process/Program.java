package io.tiercel.sensor.process;

import static io.tiercel.sensor.bpf.record.RecordLayout.*;

import io.tiercel.sensor.bpf.record.RecordView;
import org.jspecify.annotations.Nullable;

/**
 * The executable, arguments and environment of a process's last exec. Forked children share it.
 *
 * <p>Strings are byte strings: one character per byte. Only a shortage of memory changes a program: {@link TextMemory}
 * can drop its texts, except the path of the executable.
 */
public final class Program {
    private static final int CAP_DAC_OVERRIDE = 1;

    /** The maximum length of arguments whose joined texts are cached. */
    private static final int MAX_CACHED = 1024;

    final String comm;

    /** {@code argv[0]}. */
    private final StateText exe;

    /** The arguments without {@code argv[0]}, each followed by a NUL byte, except for the last one if it was cut. */
    private final StateText arguments;

    private final StateText environment;
    private final StateText exePath;
    private final StateText givenExePath;
    private final boolean exePathTruncated;
    private final boolean fromMemory;
    private final int fileBits;
    private final boolean exeWritable;
    private final int mark;
    private final long exeIno;
    private final long exeCtimeNanos;
    private final long exeMtimeNanos;
    private int users;
    private @Nullable String cmdline;
    private @Nullable String argsText;

    /** Decodes a RECORD_EXEC or RECORD_PROCESS. */
    Program(RecordView r) {
        comm = r.fixedText(EXEC_COMM, COMM_SIZE);
        String argv = r.textOrEmpty(0);
        int end = end(argv, 0);
        exe = StateText.of(argv.substring(0, end));
        String rest = end < argv.length() ? argv.substring(end + 1) : "";
        arguments = StateText.of(rest, rest.length() <= MAX_CACHED ? 2 * rest.length() : 0);
        environment = StateText.of(r.textOrEmpty(1));
        String path = r.name(0);
        fileBits = r.intAt(EXEC_FILE_FLAGS);
        fromMemory = (fileBits & FILE_MEMFD) != 0;
        exePath = StateText.kept(fromMemory && path.startsWith("/") ? path.substring(1) : path);
        mark = r.intAt(EXEC_MARK);
        exePathTruncated = r.isNameTruncated(0);
        givenExePath = exePathTruncated ? StateText.of(givenPath(r)) : StateText.EMPTY;
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

    /** Charges the texts to one more process. */
    void retain(TextMemory memory) {
        if (users++ == 0) {
            memory.retain(exePath);
            memory.retain(givenExePath);
            memory.retain(exe);
            memory.retain(environment);
            memory.retain(arguments);
        }
    }

    /** Releases the texts of a process that ended or runs another program. */
    void release(TextMemory memory) {
        if (--users == 0) {
            memory.release(exePath);
            memory.release(givenExePath);
            memory.release(exe);
            memory.release(environment);
            memory.release(arguments);
        }
    }

    /** Returns {@code argv[0]}; null if it was dropped. */
    public @Nullable String exe() {
        return exe.value();
    }

    /** Returns true if the arguments, including {@code argv[0]}, or a part of them were dropped because memory ran short. */
    public boolean isArgumentsDropped() {
        return arguments.isDropped() || exe.isDropped();
    }

    /** Returns the arguments without {@code argv[0]}, separated by NUL bytes; null if they were dropped. */
    public @Nullable String separatedArguments() {
        String text = arguments.value();
        return text == null ? null : text.endsWith("\0") ? text.substring(0, text.length() - 1) : text;
    }

    /** Returns the number of arguments without {@code argv[0]}; -1 if they were dropped. */
    public int argumentCount() {
        String text = arguments.value();
        if (text == null) {
            return -1;
        }
        int count = 0;
        for (int from = 0; from < text.length(); from = end(text, from) + 1) {
            count++;
        }
        return count;
    }

    /** Returns the length of all arguments without {@code argv[0]}, in bytes; -1 if they were dropped. */
    public int argumentsLength() {
        String text = arguments.value();
        if (text == null) {
            return -1;
        }
        int length = 0;
        for (int i = 0; i < text.length(); i++) {
            length += text.charAt(i) == 0 ? 0 : 1;
        }
        return length;
    }

    /**
     * Returns an argument; empty if the program has fewer, and null if they were dropped.
     *
     * @param index 0 for the first argument after {@code argv[0]}
     */
    public @Nullable String argument(int index) {
        String text = arguments.value();
        if (text == null) {
            return null;
        }
        int from = 0;
        for (int i = 0; i < index && from < text.length(); i++) {
            from = end(text, from) + 1;
        }
        return from >= text.length() ? "" : text.substring(from, end(text, from));
    }

    /** The kernel's path of the executable. */
    public String exePath() {
        return exePath.orEmpty();
    }

    /** Returns true if the kernel's path lacks its beginning, because the file is too deep. */
    public boolean isExePathTruncated() {
        return exePathTruncated;
    }

    /**
     * Returns the path that was passed to exec, absolute but not normalized, if the kernel's path is truncated; otherwise
     * the kernel's path. Null if it was dropped.
     */
    public @Nullable String givenExePath() {
        return exePathTruncated ? givenExePath.value() : exePath();
    }

    /** Returns true if the executable is a memfd or another file that exists only in memory. */
    public boolean isFromMemory() {
        return fromMemory;
    }

    /** The executable's {@code FILE_*} bits. */
    public int fileBits() {
        return fileBits;
    }

    /** Returns true if the arguments are longer than {@link #args()}. */
    public boolean isArgumentsCut() {
        return (fileBits & EXEC_ARGUMENTS_CUT) != 0;
    }

    /** Returns true if the environment may have a variable of the dynamic linker that {@link #environmentText} lacks. */
    public boolean isEnvironmentCut() {
        return (fileBits & EXEC_ENVIRONMENT_CUT) != 0;
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
        if (!hasSameFile(other)) {
            return false;
        }
        return mark == 0 || other.mark == 0
                ? exe.mayEqual(other.exe) && arguments.mayEqual(other.arguments) && comm.equals(other.comm)
                : mark == other.mark;
    }

    /** Returns true if both run the same executable. */
    boolean hasSameFile(Program other) {
        return exeIno == other.exeIno && exePath().equals(other.exePath());
    }

    /** Returns the program's name and arguments, joined with spaces; null if the arguments were dropped. */
    @Nullable
    String cmdline() {
        String line = cmdline;
        if (line == null || arguments.isDropped()) {
            line = cmdline(comm);
            cmdline = isCached() ? line : null;
        }
        return line;
    }

    /** Returns the command line of a process that changed its name; null if the arguments were dropped. */
    @Nullable
    String cmdline(String name) {
        String args = argsText();
        return args == null ? null : arguments.orEmpty().isEmpty() ? name : name + " " + args;
    }

    /** Returns the arguments without {@code argv[0]}, joined with spaces; null if they were dropped. */
    public @Nullable String argsText() {
        String text = argsText;
        if (text == null || arguments.isDropped()) {
            String separated = separatedArguments();
            text = separated == null ? null : separated.replace('\0', ' ');
            argsText = isCached() ? text : null;
        }
        return text;
    }

    private boolean isCached() {
        return arguments.orEmpty().length() <= MAX_CACHED;
    }

    /** Returns {@code argv}, joined with spaces; null if a part of it was dropped. */
    public @Nullable String exeLine() {
        return isArgumentsDropped() ? null : exe() + " " + argsText();
    }

    /** Returns the environment as {@code NAME=value}, joined with spaces; null if it was dropped. */
    public @Nullable String environmentText() {
        String text = environment.value();
        if (text == null) {
            return null;
        }
        String entries = text.endsWith("\0") ? text.substring(0, text.length() - 1) : text;
        return entries.replace('\0', ' ');
    }

    /** Returns the value of an environment variable, trimmed; empty if it is not set, and null if it was dropped. */
    public @Nullable String environmentVariable(String name) {
        String text = environment.value();
        if (text == null) {
            return null;
        }
        for (int from = 0; from < text.length(); from = end(text, from) + 1) {
            int equals = from + name.length();
            if (equals < text.length() && text.charAt(equals) == '=' && text.startsWith(name, from)) {
                return text.substring(equals + 1, end(text, from)).strip();
            }
        }
        return "";
    }

    /** Returns the index of the next NUL byte, or the end of the text. */
    private static int end(String text, int from) {
        int end = text.indexOf(0, from);
        return end < 0 ? text.length() : end;
    }
}
