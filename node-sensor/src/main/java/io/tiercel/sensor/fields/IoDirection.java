package io.tiercel.sensor.fields;

import static io.tiercel.sensor.bpf.RecordLayout.RECORD_FD;

import io.tiercel.sensor.bpf.RecordView;

/** Determines whether a system call reads from or writes to its fd. */
final class IoDirection {
    private IoDirection() {}

    static boolean isRead(RecordView r) {
        return r.kind() == RECORD_FD
                && switch (r.syscall()) {
                    case 0, 17, 19, 45, 47, 295 -> true; // read, pread, readv, recvfrom, recvmsg, preadv
                    default -> false;
                };
    }

    static boolean isWrite(RecordView r) {
        return r.kind() == RECORD_FD
                && switch (r.syscall()) {
                    case 1, 18, 20, 44, 46, 296 -> true; // write, pwrite, writev, sendto, sendmsg, pwritev
                    default -> false;
                };
    }
}
