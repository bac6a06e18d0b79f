package io.tiercel.sensor.fields;

import static io.tiercel.sensor.bpf.RecordLayout.*;

import io.tiercel.sensor.bpf.RecordView;
import io.tiercel.sensor.bpf.SyscallParameters;
import io.tiercel.sensor.bpf.Syscalls;
import io.tiercel.sensor.process.ProcessInfo;
import org.jspecify.annotations.Nullable;

/** The one or two paths of an event: as passed, made absolute, and cleaned; each worked out once. */
final class EventPaths {
    private static final int AT_FDCWD = -100;
    private static final String UNKNOWN_BASE = "<UNKNOWN>";

    private final RecordView r;
    private final @Nullable String[] raw = new String[2];
    private final @Nullable String[] absolute = new String[2];
    private @Nullable ProcessInfo process;

    EventPaths(RecordView r) {
        this.r = r;
    }

    void reset(@Nullable ProcessInfo process) {
        this.process = process;
        raw[0] = raw[1] = absolute[0] = absolute[1] = null;
    }

    /** How many paths a RECORD_CALL has: up to 2. */
    int count() {
        SyscallParameters call = Syscalls.plain(r.syscall());
        return call == null || call.path(0) < 0 ? 0 : call.path(1) < 0 ? 1 : 2;
    }

    /** As the program passed it; null if it could not be read. */
    @Nullable
    String raw(int which) {
        String path = raw[which];
        if (path == null) {
            path = r.text(place(which));
            raw[which] = path;
        }
        return path;
    }

    /** The path itself if absolute, else joined to the directory it starts from and cleaned. */
    @Nullable
    String absolute(int which) {
        String path = absolute[which];
        if (path == null) {
            String given = raw(which);
            if (given != null) {
                path = given.startsWith("/") ? given : PathStrings.absolute(base(which), given);
                absolute[which] = path;
            }
        }
        return path;
    }

    /** Absolute and cleaned in any case. */
    @Nullable
    String cleaned(int which) {
        String path = absolute(which);
        return path == null ? null : PathStrings.clean(path);
    }

    private String base(int which) {
        int name = r.kind() == RECORD_OPEN ? 1 : place(which);
        if (r.hasName(name)) {
            return r.name(name);
        }
        return directoryFd(which) == AT_FDCWD && process != null ? process.cwd() : UNKNOWN_BASE;
    }

    private int directoryFd(int which) {
        return switch (r.kind()) {
            case RECORD_OPEN -> r.intAt(OPEN_DIRFD);
            case RECORD_PATH -> r.intAt(PATH_DIRFD);
            case RECORD_PATHS -> r.intAt(which == 0 ? PATHS_OLD_DIRFD : PATHS_NEW_DIRFD);
            case RECORD_CALL -> {
                SyscallParameters call = Syscalls.plain(r.syscall());
                int argument = call == null ? -1 : call.directory(which);
                yield argument < 0 ? AT_FDCWD : (int) r.longAt(CALL_ARGUMENTS + 8 * argument);
            }
            default -> AT_FDCWD;
        };
    }

    /** Which of the record's texts a path is. */
    private int place(int which) {
        SyscallParameters call = r.kind() == RECORD_CALL ? Syscalls.plain(r.syscall()) : null;
        return call == null ? which : Math.max(call.path(which), 0);
    }
}
