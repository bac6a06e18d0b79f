package io.tiercel.sensor.fields;

import static io.tiercel.sensor.bpf.record.RecordLayout.*;

import io.tiercel.sensor.bpf.record.RecordView;
import io.tiercel.sensor.process.StandardFds;

/** The file or socket that a {@code RECORD_FD} or {@code RECORD_STANDARD_FD} describes. */
public final class FdDescription {
    private static final int PIPEFS_MAGIC = 0x50495045;

    private final RecordView r;
    private final SocketEndpoints socket;
    private FdKind kind = FdKind.NONE;

    FdDescription(RecordView r) {
        this.r = r;
        this.socket = new SocketEndpoints(r);
    }

    /** Decodes a {@code RECORD_STANDARD_FD}. */
    public static StandardFds.Fd standardFd(RecordView r) {
        FdDescription description = new FdDescription(r);
        FdKind kind = description.reset();
        return kind.isOpen() ? new StandardFds.Fd(kind.type, description.name()) : StandardFds.Fd.UNKNOWN;
    }

    /** Decodes the current record. */
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

    /** Returns the endpoints of a socket. Valid only if {@link #isSocket}. */
    SocketEndpoints socket() {
        return socket;
    }

    /** Returns {@code fd.name}; empty if the file descriptor has no name. */
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
