package io.tiercel.sensor.process;

import static io.tiercel.sensor.bpf.record.RecordLayout.RECORD_EXEC;
import static io.tiercel.sensor.bpf.record.RecordLayout.RECORD_PROCESS;

import io.tiercel.sensor.bpf.record.RecordView;

/** Applies the header of each record to its process: the time, the credentials and the cgroup. */
final class HeaderUpdates {
    private final ProcessMembership membership;

    HeaderUpdates(ProcessMembership membership) {
        this.membership = membership;
    }

    /** Applies the header of a record. */
    void apply(ProcessInfo p, RecordView r) {
        p.touchedNanos = r.timeNanos();
        p.uid = r.uid();
        p.gid = r.gid();
        if (isExec(r) || (r.capPermitted() & ~p.capPermitted) == 0) {
            p.capInheritable = r.capInheritable();
            p.capPermitted = r.capPermitted();
            p.capEffective = r.capEffective();
        }
        long cgroup = r.cgroupId();
        if (cgroup != p.cgroupId) {
            membership.move(p, cgroup);
        }
    }

    /**
     * Returns true if the process may have more capabilities than before. Otherwise it gained them in a new user namespace, where
     * every process has all of them. Rules ask for the capabilities that it has outside, as Falco does.
     */
    private static boolean isExec(RecordView r) {
        return r.kind() == RECORD_EXEC || r.kind() == RECORD_PROCESS;
    }
}
