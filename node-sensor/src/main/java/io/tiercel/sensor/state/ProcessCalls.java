package io.tiercel.sensor.state;

import static io.tiercel.sensor.bpf.RecordLayout.CALL_ARGUMENTS;
import static io.tiercel.sensor.bpf.RecordLayout.RECORD_CALL;

import io.tiercel.sensor.bpf.RecordView;
import org.jspecify.annotations.Nullable;

/** What successful calls change of processes: sessions, groups, the limit of open files. */
final class ProcessCalls {
    private static final int SYS_SETPGID = 109;
    private static final int SYS_SETSID = 112;
    private static final int SYS_SETRLIMIT = 160;
    private static final int SYS_UNSHARE = 272;
    private static final int SYS_PRLIMIT = 302;
    private static final int SYS_SETNS = 308;
    private static final int RLIMIT_NOFILE = 7;

    private ProcessCalls() {}

    /** Takes over a RECORD_CALL of the process. */
    static void apply(Process p, RecordView r, ProcessTable processes) {
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
                    setLimit(p, r);
                }
            }
            case SYS_PRLIMIT -> {
                int pid = (int) argument(r, 0);
                Process of = pid == 0 || pid == p.vpid ? p : p.namespaced() ? null : processes.get(pid);
                if (argument(r, 1) == RLIMIT_NOFILE && of != null) {
                    setLimit(of, r);
                }
            }
            default -> {}
        }
    }

    /**
     * Whether the process may have entered a user namespace by this call. There it has every capability, over nothing that
     * it had a say in before; the event is about what it could do until then.
     */
    static boolean entersNamespaces(RecordView r) {
        return r.kind() == RECORD_CALL && (r.syscall() == SYS_UNSHARE || r.syscall() == SYS_SETNS);
    }

    private static void setLimit(Process p, RecordView r) {
        int word = r.compat() && r.syscall() == SYS_SETRLIMIT ? 4 : 8;
        if (r.hasTextNumber(0, 0, word)) {
            p.fdLimit = r.textNumber(0, 0, word);
        }
    }

    /** Numbers are those of the caller's namespace, which a child that may be moved shares. */
    private static void setGroup(Process caller, int pid, int group) {
        Process of = pid == 0 || pid == caller.vpid ? caller : child(caller, pid);
        if (of == null) {
            return;
        }
        of.vpgid = group == 0 ? of.vpid : group;
        if (of.vpgid == of.vpid) {
            of.pgid = of.pid;
        } else if (!of.namespaced()) {
            of.pgid = of.vpgid;
        } else if (of.vpgid == caller.vpgid) {
            of.pgid = caller.pgid;
        } else {
            Process leader = child(caller, of.vpgid);
            of.pgid = leader == null ? of.pgid : leader.pid;
        }
    }

    private static @Nullable Process child(Process parent, int vpid) {
        for (Process child = parent.firstChild(); child != null; child = child.nextSibling()) {
            if (child.vpid == vpid) {
                return child;
            }
        }
        return null;
    }

    private static long argument(RecordView r, int index) {
        return r.longAt(CALL_ARGUMENTS + 8 * index);
    }
}
