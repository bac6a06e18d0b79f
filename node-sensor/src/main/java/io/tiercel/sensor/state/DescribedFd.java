package io.tiercel.sensor.state;

import static io.tiercel.sensor.bpf.RecordLayout.*;

import io.tiercel.sensor.bpf.RecordView;

/** What a descriptor is open on, as the kernel describes it in the part of a {@code RECORD_FD}. */
final class DescribedFd {
    private static final int PIPEFS_MAGIC = 0x50495045;

    private final RecordView r;
    private final SocketEnds socket;
    private FdKind kind = FdKind.NONE;

    DescribedFd(RecordView r) {
        this.r = r;
        this.socket = new SocketEnds(r);
    }

    /** Moves to the record that the view is on. */
    FdKind reset() {
        if (isSocket()) {
            socket.reset();
            kind = socket.kind();
        } else {
            kind = FdKind.ofFile(r);
        }
        return kind;
    }

    boolean isSocket() {
        return (r.kind() == RECORD_FD || r.kind() == RECORD_STANDARD_FD) && r.shortAt(FD_FAMILY) != 0;
    }

    /** The socket's ends; only of a socket. */
    SocketEnds socket() {
        return socket;
    }

    /** The descriptor's name in rules; empty where it has none. */
    String name() {
        if (isSocket()) {
            return socket.name();
        }
        return switch (kind) {
            case FILE, DIRECTORY -> r.name(0);
            case MEMFD -> FdKind.memfdName(r.name(0));
            case PIDFD -> "/proc/" + r.intAt(FD_PID);
            case PIPE -> r.intAt(FD_MAGIC) == PIPEFS_MAGIC ? "" : r.name(0);
            default -> "";
        };
    }
}
