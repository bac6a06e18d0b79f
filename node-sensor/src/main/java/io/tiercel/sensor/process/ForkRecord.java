package io.tiercel.sensor.process;

import static io.tiercel.sensor.bpf.record.RecordLayout.*;

import io.tiercel.sensor.bpf.record.RecordView;

/** Reads the new process of a RECORD_FORK. */
final class ForkRecord {
    private ForkRecord() {}

    /** Returns the child, with what it inherits from the process that forked it. It has no parent yet. */
    static ProcessInfo child(RecordView r, ProcessInfo forking) {
        ProcessInfo child = new ProcessInfo(
                r.intAt(FORK_CHILD), r.longAt(FORK_START_NS), r.longAt(FORK_PIDNS_START_NS), forking.program);
        child.vpid = r.intAt(FORK_VPID);
        child.sid = r.intAt(FORK_SID);
        child.vpgid = r.intAt(FORK_VPGID);
        child.pgid = r.intAt(FORK_PGID);
        child.tty = r.intAt(FORK_TTY);
        child.loginuid = r.intAt(FORK_LOGINUID);
        child.fdLimit = r.longAt(FORK_FD_LIMIT);
        child.comm = r.fixedText(FORK_COMM, COMM_SIZE);
        child.changedNanos = r.timeNanos();
        child.programStartedNanos = r.timeNanos();
        child.cwd = forking.cwd;
        child.standardFds = forking.standardFds;
        child.identity = forking.identity;
        child.execName = forking.execName;
        child.history = forking.history;
        child.capInheritable = forking.capInheritable;
        child.capPermitted = forking.capPermitted;
        child.capEffective = forking.capEffective;
        child.container = forking.container;
        child.cgroupId = forking.cgroupId;
        child.leftCgroup = forking.leftCgroup;
        child.enteredHostCgroup = forking.enteredHostCgroup || forking.cgroupId != r.cgroupId();
        return child;
    }
}
