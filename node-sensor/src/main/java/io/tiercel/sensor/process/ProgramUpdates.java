package io.tiercel.sensor.process;

import static io.tiercel.sensor.bpf.record.RecordLayout.*;

import io.tiercel.sensor.bpf.record.RecordView;
import io.tiercel.sensor.container.TrackedContainer;
import org.jspecify.annotations.Nullable;

/** Applies the records of programs that processes execute or are found with: RECORD_EXEC and RECORD_PROCESS. */
final class ProgramUpdates {
    /**
     * Two starts that differ by less belong to the same process: {@code /proc} shows start times in hundredths of a second.
     */
    private static final long START_PRECISION_NANOS = 20_000_000L;

    private final ProcessTable processes;
    private final OrphanedProcesses orphans;
    private final ProcessMembership membership;
    private final HeaderUpdates headers;
    private final Lineage lineage;
    private final KernelStateListener kernel;

    ProgramUpdates(
            ProcessTable processes,
            OrphanedProcesses orphans,
            ProcessMembership membership,
            HeaderUpdates headers,
            Lineage lineage,
            KernelStateListener kernel) {
        this.processes = processes;
        this.orphans = orphans;
        this.membership = membership;
        this.headers = headers;
        this.lineage = lineage;
        this.kernel = kernel;
    }

    /**
     * Applies a record and returns its process.
     *
     * @param watchingSinceNanos the boot time of the first record with a time; 0 if there was none
     */
    ProcessInfo apply(RecordView r, long watchingSinceNanos) {
        Program program = new Program(r);
        ProcessInfo known = processes.get(r.tgid());
        boolean fromProc = r.kind() == RECORD_PROCESS;
        if (known != null && fromProc && known.changedNanos > r.timeNanos()) {
            return known;
        }
        boolean sameProcess =
                known != null && Math.abs(known.startNanos - r.longAt(EXEC_START_NS)) <= START_PRECISION_NANOS;
        ProcessInfo p = known != null && sameProcess ? known : addProcess(r, program);
        boolean found = !sameProcess;
        boolean renamed = !found && !fromProc;
        if (!found && (!fromProc || !p.program.isSame(program))) {
            boolean sameFile = fromProc && p.program.hasSameFile(program);
            renamed = !sameFile;
            if (renamed) {
                processes.addToHistory(p, p.historyText(), p.execName);
                p.comm = program.comm;
                p.execName = program.comm;
            }
            processes.setProgram(p, program);
        }
        setNumbers(p, r);
        p.programStartedNanos = r.timeNanos();
        if (fromProc) {
            lineage.change();
        }
        if (r.hasName(1)) {
            processes.setCwd(p, StateText.ofDirectory(r.name(1)));
        }
        ProcessInfo parent = processes.get(r.intAt(EXEC_PPID));
        boolean onHost = ContainerTransitions.runsOnHost(r, p);
        if (fromProc) {
            TrackedContainer before = !found ? p.container : parent == null ? TrackedContainer.HOST : parent.container;
            membership.setFound(p, before, r.textOrEmpty(2), onHost);
        }
        if (parent != p.parent()) {
            p.setParent(parent);
        }
        if (found && parent != null) {
            processes.addToHistory(p, parent.historyText(), parent.execName);
        }
        p.missingParentPid = parent == null ? r.intAt(EXEC_PPID) : 0;
        if (fromProc) {
            orphans.link(p);
        } else if (p.missingParentPid != 0) {
            orphans.add(p);
        }
        headers.apply(p, r);
        if (onHost) {
            membership.leaveContainer(p);
        }
        if (found || renamed) {
            boolean unseen = fromProc && (!found || mayHaveExecuted(p, watchingSinceNanos));
            setIdentity(p, r, parent, unseen);
        }
        // The OCI runtime executes itself from memory in the container's cgroup before it creates the container.
        boolean preparing = program.isFromMemory() && p.vpid != 1;
        if (r.kind() == RECORD_EXEC && !p.container.isHost() && !preparing && p.container.firstProgramPid() == 0) {
            p.container.setFirstProgramPid(p.pid);
        }
        notifyName(p, fromProc, found, renamed);
        membership.notifyKernel(p);
        p.enteredHostCgroup = false; // a child of the new program inherits what the kernel was told
        return p;
    }

    private ProcessInfo addProcess(RecordView r, Program program) {
        ProcessInfo p = new ProcessInfo(r.tgid(), r.longAt(EXEC_START_NS), r.longAt(EXEC_PIDNS_START_NS), program);
        p.comm = program.comm;
        p.execName = program.comm;
        processes.put(p);
        return p;
    }

    private static void setNumbers(ProcessInfo p, RecordView r) {
        p.changedNanos = r.timeNanos();
        p.vpid = r.intAt(EXEC_VPID);
        p.sid = r.intAt(EXEC_SID);
        p.vpgid = r.intAt(EXEC_VPGID);
        p.pgid = r.intAt(EXEC_PGID);
        p.tty = r.intAt(EXEC_TTY);
        p.loginuid = r.intAt(EXEC_LOGINUID);
        p.fdLimit = r.longAt(EXEC_FD_LIMIT);
        p.vmSize = r.intAt(EXEC_VM_SIZE);
        p.vmRss = r.intAt(EXEC_VM_RSS);
        p.vmSwap = r.intAt(EXEC_VM_SWAP);
    }

    /**
     * Sets the identity of a new program.
     *
     * @param unseen true if the process may have executed the program without a record
     */
    private static void setIdentity(ProcessInfo p, RecordView r, @Nullable ProcessInfo parent, boolean unseen) {
        ProgramIdentity runtime = ContainerCreation.runtimeOf(r, parent);
        if (runtime != null) {
            p.identity = runtime;
        } else {
            p.identity = unseen ? ProgramIdentity.NONE : ProgramIdentity.of(r, p, p.identity);
        }
    }

    /** Returns true if the process may have executed a program since the sensor began to watch, and the record of it was lost. */
    private boolean mayHaveExecuted(ProcessInfo p, long watchingSinceNanos) {
        return watchingSinceNanos != 0 && (p.startNanos >= watchingSinceNanos || processes.evicted() > 0);
    }

    /**
     * Keeps the kernel's name of a process equal to the state's. The kernel has the names of the programs whose records it
     * delivered, which may be newer than what was read from {@code /proc}. Therefore such a name is only added, and it is removed
     * when a record of an exec follows.
     */
    private void notifyName(ProcessInfo p, boolean fromProc, boolean found, boolean renamed) {
        if (fromProc && found) {
            kernel.processFound(p.pid, p.comm, p.programStartedNanos);
            p.nameTold = true;
        } else if (fromProc ? renamed : p.nameTold) {
            kernel.processNameUnknown(p.pid);
            p.nameTold = false;
        }
    }
}
