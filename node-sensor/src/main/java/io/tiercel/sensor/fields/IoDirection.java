package io.tiercel.sensor.fields;

import static io.tiercel.sensor.bpf.record.RecordLayout.RECORD_FD;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_PREAD64;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_PREADV;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_PWRITE64;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_PWRITEV;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_READ;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_READV;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_RECVFROM;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_RECVMSG;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_SENDMSG;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_SENDTO;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_WRITE;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_WRITEV;

import io.tiercel.sensor.bpf.record.RecordView;

/** Determines whether a system call reads from or writes to its fd. */
final class IoDirection {
    private IoDirection() {}

    static boolean isRead(RecordView r) {
        return r.kind() == RECORD_FD
                && switch (r.syscall()) {
                    case SYS_READ, SYS_PREAD64, SYS_READV, SYS_RECVFROM, SYS_RECVMSG, SYS_PREADV -> true;
                    default -> false;
                };
    }

    static boolean isWrite(RecordView r) {
        return r.kind() == RECORD_FD
                && switch (r.syscall()) {
                    case SYS_WRITE, SYS_PWRITE64, SYS_WRITEV, SYS_SENDTO, SYS_SENDMSG, SYS_PWRITEV -> true;
                    default -> false;
                };
    }
}
