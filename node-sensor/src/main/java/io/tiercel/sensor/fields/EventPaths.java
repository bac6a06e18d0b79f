package io.tiercel.sensor.fields;

import static io.tiercel.sensor.bpf.RecordLayout.*;

import io.tiercel.sensor.bpf.RecordView;
import io.tiercel.sensor.bpf.SyscallParameters;
import io.tiercel.sensor.bpf.SyscallTable;
import io.tiercel.sensor.process.ProcessInfo;
import org.jspecify.annotations.Nullable;

/** The paths of an event, at most two: as passed, absolute and cleaned. Results are cached. */
final class EventPaths {
    private static final int AT_FDCWD = -100;
    private static final String UNKNOWN_DIRECTORY = "<UNKNOWN>";

    private final RecordView r;
    private final @Nullable String[] rawPaths = new String[2];
    private final @Nullable String[] absolutePaths = new String[2];
    private @Nullable ProcessInfo process;

    EventPaths(RecordView r) {
        this.r = r;
    }

    void reset(@Nullable ProcessInfo process) {
        this.process = process;
        rawPaths[0] = rawPaths[1] = absolutePaths[0] = absolutePaths[1] = null;
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
            path = r.text(textIndex(index));
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
                path = raw.startsWith("/") ? raw : PathStrings.absolute(directory(index), raw);
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
