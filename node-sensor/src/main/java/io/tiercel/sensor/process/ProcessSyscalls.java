package io.tiercel.sensor.process;

import static io.tiercel.sensor.bpf.record.RecordLayout.SYSCALL_ARGUMENTS;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_PRLIMIT64;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_SETPGID;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_SETRLIMIT;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.SYS_SETSID;

import io.tiercel.sensor.bpf.record.RecordView;
import org.jspecify.annotations.Nullable;

/** Applies successful system calls that change sessions, process groups and the limit of open files. */
final class ProcessSyscalls {
    private static final int RLIMIT_NOFILE = 7;

    private ProcessSyscalls() {}

    /** Applies a RECORD_SYSCALL of a process. */
    static void apply(ProcessInfo p, RecordView r, ProcessTable processes) {
        if (r.result() < 0) {
            return;
        }
        switch (r.syscall()) {
            case SYS_SETSID -> {
                p.changedNanos = r.timeNanos();
                p.sid = (int) r.result();
                p.vpgid = p.sid;
                p.pgid = p.pid;
                p.tty = 0;
            }
            case SYS_SETPGID -> setGroup(p, (int) argument(r, 0), (int) argument(r, 1));
            case SYS_SETRLIMIT -> {
                if (argument(r, 0) == RLIMIT_NOFILE) {
                    setFdLimit(p, r);
                }
            }
            case SYS_PRLIMIT64 -> {
                int pid = (int) argument(r, 0);
                ProcessInfo target = pid == 0 || pid == p.vpid ? p : p.isNamespaced() ? null : processes.get(pid);
                if (argument(r, 1) == RLIMIT_NOFILE && target != null) {
                    setFdLimit(target, r);
                }
            }
            default -> {}
        }
    }

    private static void setFdLimit(ProcessInfo p, RecordView r) {
        int wordSize = r.compat() && r.syscall() == SYS_SETRLIMIT ? 4 : 8;
        if (r.hasTextNumber(0, 0, wordSize)) {
            p.fdLimit = r.textNumber(0, 0, wordSize);
        }
    }

    /** Applies setpgid. The ids are those of the caller's pid namespace, which it shares with its children. */
    private static void setGroup(ProcessInfo caller, int pid, int group) {
        ProcessInfo target = pid == 0 || pid == caller.vpid ? caller : child(caller, pid);
        if (target == null) {
            return;
        }
        target.vpgid = group == 0 ? target.vpid : group;
        if (target.vpgid == target.vpid) {
            target.pgid = target.pid;
        } else if (!target.isNamespaced()) {
            target.pgid = target.vpgid;
        } else if (target.vpgid == caller.vpgid) {
            target.pgid = caller.pgid;
        } else {
            ProcessInfo leader = child(caller, target.vpgid);
            target.pgid = leader == null ? target.pgid : leader.pid;
        }
    }

    private static @Nullable ProcessInfo child(ProcessInfo parent, int vpid) {
        for (ProcessInfo child = parent.firstChild(); child != null; child = child.nextSibling()) {
            if (child.vpid == vpid) {
                return child;
            }
        }
        return null;
    }

    private static long argument(RecordView r, int index) {
        return r.longAt(SYSCALL_ARGUMENTS + 8 * index);
    }
}
