package io.tiercel.sensor.fields;

import static io.tiercel.sensor.bpf.record.RecordLayout.*;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_SYMLINK;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_SYMLINKAT;

import io.tiercel.sensor.bpf.record.RecordView;
import io.tiercel.sensor.bpf.record.SyscallParameters;
import io.tiercel.sensor.bpf.record.SyscallTable;
import io.tiercel.sensor.process.ProcessInfo;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The paths of an event, at most two: as passed, absolute and cleaned. While {@link FileNameKind#KERNEL} is selected, all forms
 * of a path are the kernel's name of the file that the call changed. Results are cached.
 */
final class EventPaths {
    private static final int AT_FDCWD = -100;
    private static final String UNKNOWN_DIRECTORY = "<UNKNOWN>";
    private static final int MAX_ANCESTORS = 16;

    /** Index of the record's name with the kernel's names of changed files, separated by a NUL. */
    private static final int KERNEL_NAMES = 2;

    private final RecordView r;
    private final Function<String, @Nullable String> cwdOf = this::cwdOf; // once, because events allocate nothing
    private final @Nullable String[] rawPaths = new String[2];
    private final @Nullable String[] absolutePaths = new String[2];
    private @Nullable ProcessInfo process;
    private FileNameKind selected = FileNameKind.GIVEN;

    EventPaths(RecordView r) {
        this.r = r;
    }

    void reset(@Nullable ProcessInfo process) {
        this.process = process;
        selected = FileNameKind.GIVEN;
        clear();
    }

    private void clear() {
        rawPaths[0] = rawPaths[1] = absolutePaths[0] = absolutePaths[1] = null;
    }

    /** Returns true if the kernel's names of the changed files are known and differ from the paths as passed. */
    boolean hasKernelNames() {
        if (!hasKernelCopies()) {
            return throughProc(0) != null || throughProc(1) != null;
        }
        for (int index = 0; index < 2; index++) {
            String kernel = kernelName(index);
            if (kernel != null && !kernel.equals(cleaned(index))) {
                return true;
            }
        }
        return isSymlink() && !Objects.equals(kernelPart(0), r.text(0));
    }

    /** Selects the names that all other methods return. */
    void select(FileNameKind kind) {
        if (kind != selected) {
            clear();
        }
        selected = kind;
    }

    /** Returns the target of a symbolic link as passed; null if the kernel could not read it. */
    @Nullable
    String symlinkTarget() {
        if (selected != FileNameKind.KERNEL) {
            return r.text(0);
        }
        String resolved = hasKernelCopies() ? kernelPart(0) : throughProc(1);
        return resolved == null ? r.text(0) : resolved;
    }

    private boolean hasKernelCopies() {
        return switch (r.kind()) {
            case RECORD_PATH, RECORD_RENAME, RECORD_SYSCALL -> r.hasName(KERNEL_NAMES);
            default -> false;
        };
    }

    /**
     * Returns what a path through the root or working directory of a process leads to, without the kernel's names; null for other
     * paths. Index 1 of a symbolic link is its target.
     */
    private @Nullable String throughProc(int index) {
        String path =
                index == 1 && isSymlink() ? r.text(0) : changesFiles() && index < pathCount() ? given(index) : null;
        return path == null ? null : PathStrings.throughProc(path, cwdOf);
    }

    /**
     * Returns the working directory of the process or one of its ancestors, by the name of its folder in {@code /proc}; null if it is
     * unknown. A shell writes its own number into the arguments of its children.
     */
    private @Nullable String cwdOf(String name) {
        ProcessInfo found = process;
        if (!name.endsWith("self")) {
            for (int i = 0; i < MAX_ANCESTORS && found != null && !isNamed(found, name); i++) {
                found = found.parent();
            }
        }
        return found == null || found.isCwdDropped() ? null : found.cwd();
    }

    private boolean isNamed(ProcessInfo candidate, String name) {
        return process != null
                && candidate.pidnsStartNanos() == process.pidnsStartNanos()
                && name.equals(Integer.toString(candidate.vpid()));
    }

    private boolean changesFiles() {
        return switch (r.kind()) {
            case RECORD_PATH, RECORD_RENAME, RECORD_SYSCALL -> true;
            default -> false;
        };
    }

    private int pathCount() {
        return r.kind() == RECORD_RENAME ? 2 : r.kind() == RECORD_PATH ? 1 : count();
    }

    /** Returns the path as passed and absolute, but not cleaned: {@code ..} does not lead out of a root directory. */
    private @Nullable String given(int index) {
        String raw = r.text(textIndex(index));
        return raw == null || raw.startsWith("/") ? raw : directory(index) + "/" + raw;
    }

    private boolean isSymlink() {
        return r.kind() == RECORD_SYSCALL && (r.syscall() == SYS_SYMLINK || r.syscall() == SYS_SYMLINKAT);
    }

    /** Returns the kernel's name of the file of a path; null if the record lacks it. */
    private @Nullable String kernelName(int index) {
        return kernelPart(isSymlink() ? 1 - index : index);
    }

    private @Nullable String kernelPart(int part) {
        String names = r.name(KERNEL_NAMES);
        int end = names.indexOf(0);
        if (end < 0) {
            return part == 0 ? names : null;
        }
        return part == 0 ? names.substring(0, end) : names.substring(end + 1);
    }

    /** Returns the number of paths of a RECORD_SYSCALL. */
    int count() {
        SyscallParameters call = SyscallTable.parameters(r.syscall());
        return call == null || call.pathText(0) < 0 ? 0 : call.pathText(1) < 0 ? 1 : 2;
    }

    /** Returns the path as passed by the program; null if the kernel could not read it. */
    @Nullable
    String raw(int index) {
        String path = rawPaths[index];
        if (path == null) {
            String kernel =
                    selected != FileNameKind.KERNEL ? null : hasKernelCopies() ? kernelName(index) : throughProc(index);
            path = kernel == null ? r.text(textIndex(index)) : kernel;
            rawPaths[index] = path;
        }
        return path;
    }

    /** Returns an absolute path unchanged, and a relative path resolved against its directory and cleaned. */
    @Nullable
    String absolute(int index) {
        String path = absolutePaths[index];
        if (path == null) {
            String raw = raw(index);
            if (raw != null) {
                path = raw.startsWith("/") || selected == FileNameKind.KERNEL && hasKernelCopies()
                        ? raw
                        : PathStrings.absolute(directory(index), raw);
                absolutePaths[index] = path;
            }
        }
        return path;
    }

    /** Returns the absolute and cleaned path. */
    @Nullable
    String cleaned(int index) {
        String path = absolute(index);
        return path == null ? null : PathStrings.clean(path);
    }

    private String directory(int index) {
        int name = r.kind() == RECORD_OPEN ? 1 : textIndex(index);
        if (r.hasName(name)) {
            return r.name(name);
        }
        return dirFd(index) == AT_FDCWD && process != null ? process.cwd() : UNKNOWN_DIRECTORY;
    }

    private int dirFd(int index) {
        return switch (r.kind()) {
            case RECORD_OPEN -> r.intAt(OPEN_DIRFD);
            case RECORD_PATH -> r.intAt(PATH_DIRFD);
            case RECORD_RENAME -> r.intAt(index == 0 ? RENAME_OLD_DIRFD : RENAME_NEW_DIRFD);
            case RECORD_SYSCALL -> {
                SyscallParameters call = SyscallTable.parameters(r.syscall());
                int argument = call == null ? -1 : call.pathDirfd(index);
                yield argument < 0 ? AT_FDCWD : (int) r.longAt(SYSCALL_ARGUMENTS + 8 * argument);
            }
            default -> AT_FDCWD;
        };
    }

    /** Returns the index of a path among the record's texts. */
    private int textIndex(int index) {
        SyscallParameters call = r.kind() == RECORD_SYSCALL ? SyscallTable.parameters(r.syscall()) : null;
        return call == null ? index : Math.max(call.pathText(index), 0);
    }
}
