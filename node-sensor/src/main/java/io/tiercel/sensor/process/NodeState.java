package io.tiercel.sensor.process;

import static io.tiercel.sensor.bpf.RecordLayout.*;

import io.tiercel.sensor.bpf.RecordView;
import io.tiercel.sensor.container.ContainerListener;
import io.tiercel.sensor.container.ContainerRecord;
import io.tiercel.sensor.container.ContainerTable;
import io.tiercel.sensor.container.TrackedContainer;
import io.tiercel.sensor.users.UserTable;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * The processes, containers, users, mounts and host names of the node.
 *
 * <p>Only records change the state: the same records produce the same state, live or in a replay. {@link #apply} changes the
 * state before the record's event is evaluated. {@link #removeEnded} removes the process that the record ended, after the
 * event.
 */
public final class NodeState {
    private static final int MAX_PROCESSES = 65_536;

    /** The part of the maximum heap that the texts of processes may use: an eighth, 16 MiB in the default heap. */
    private static final int HEAP_PART = 8;

    /**
     * Two starts that differ by less belong to the same process: {@code /proc} shows start times in hundredths of a second.
     */
    private static final long START_PRECISION_NANOS = 20_000_000L;

    private final StandardFdDecoder standardFds;
    private final KernelStateListener kernel;
    private final TextMemory memory;
    private final ProcessTable processes;
    private final OrphanedProcesses orphans;
    private final ContainerTable containers;
    private final CgroupTable cgroups;
    private final ProcessMembership membership;
    private final HeaderUpdates headers;
    private final UserTable users = new UserTable();
    private final MountTable mounts = new MountTable();
    private final ResolvedHostNames hostNames = new ResolvedHostNames();

    /** Boot time of the first record with a time, which is the first one of the kernel; 0 before it. */
    private long watchingSinceNanos;

    private @Nullable ProcessInfo current;
    private @Nullable ProcessInfo ending;
    private int reaperPid;

    /** Creates an empty state without listeners. */
    public NodeState(StandardFdDecoder standardFds) {
        this(standardFds, ContainerListener.NOOP, KernelStateListener.NOOP);
    }

    /** Creates an empty state. */
    public NodeState(StandardFdDecoder standardFds, ContainerListener containers, KernelStateListener kernel) {
        this(MAX_PROCESSES, Runtime.getRuntime().maxMemory() / HEAP_PART, standardFds, containers, kernel);
    }

    NodeState(
            int maxProcesses,
            long maxTextBytes,
            StandardFdDecoder standardFds,
            ContainerListener containers,
            KernelStateListener kernel) {
        this.standardFds = standardFds;
        this.kernel = kernel;
        this.memory = new TextMemory(maxTextBytes);
        this.processes = new ProcessTable(maxProcesses, memory);
        this.orphans = new OrphanedProcesses(processes);
        this.containers = new ContainerTable(containers);
        this.cgroups = new CgroupTable(kernel);
        this.membership = new ProcessMembership(processes, this.containers, cgroups, kernel);
        this.headers = new HeaderUpdates(membership);
    }

    /** Applies a record. Its process becomes the {@linkplain #currentProcess current} one. */
    public void apply(RecordView r) {
        removeEnded();
        if (watchingSinceNanos == 0) {
            watchingSinceNanos = r.timeNanos();
        }
        switch (r.kind()) {
            case RECORD_CGROUP -> {
                current = null;
                membership.applyCgroup(r);
            }
            case RECORD_CONTAINER -> {
                current = processes.get(r.tgid());
                ContainerRecord kind = ContainerRecord.kind(r);
                if (kind != null) {
                    containers.apply(r.textOrEmpty(0), kind, r.textOrEmpty(1));
                }
            }
            case RECORD_USERS -> {
                current = null;
                if (r.result() == UserTable.REPLACE) {
                    users.clear(r.textOrEmpty(0));
                }
                users.add(r.textOrEmpty(0), r.textOrEmpty(1), r.textOrEmpty(2));
            }
            case RECORD_HOST_NAME -> {
                current = null;
                hostNames.put(r.textOrEmpty(0), r.textOrEmpty(1));
            }
            case RECORD_MOUNTS -> {
                current = null;
                mounts.apply(r);
                mounts.notifyKernel(kernel);
            }
            case RECORD_LOOKUP -> {
                current = null;
                if (LookupRecord.kind(r) == LookupRecord.ENDED) {
                    orphans.remove(r.textOrEmpty(0));
                }
            }
            case RECORD_SCAN_DONE -> {
                current = null;
                processes.removeUntouchedSince(r.result());
            }
            case RECORD_EXEC, RECORD_PROCESS -> current = applyProgram(r);
            case RECORD_FORK -> current = applyFork(r);
            default -> {
                current = processes.get(r.tgid());
                if (current != null) {
                    headers.apply(current, r);
                    applyChange(current, r);
                }
            }
        }
    }

    /** Removes the process that the last record ended. */
    public void removeEnded() {
        if (ending != null) {
            processes.remove(ending, processes.get(reaperPid));
            ending = null;
        }
    }

    public boolean hasProcess(int pid) {
        return processes.get(pid) != null;
    }

    /** Returns the container that the process of a record will belong to when the record is applied, or the host. */
    public TrackedContainer containerOf(RecordView r) {
        ProcessInfo p = processes.get(r.tgid());
        if (p != null && p.cgroupId == r.cgroupId()) {
            return p.container;
        }
        TrackedContainer container = cgroups.container(r.cgroupId());
        if (p == null) {
            return container != null ? container : TrackedContainer.HOST;
        }
        return container == null ? p.container : ContainerTransitions.after(p.container, container, false);
    }

    /** Adds to a snapshot what was looked up since it was taken: the parent and the container. */
    public void complete(ProcessInfo snapshot) {
        ProcessInfo live = processes.get(snapshot.pid);
        if (live == null || live.startNanos != snapshot.startNanos) {
            return;
        }
        ProcessInfo parent = live.parent();
        if (snapshot.parent() == null && parent != null) {
            snapshot.setParent(parent.snapshot());
        }
        if (snapshot.cgroupId == live.cgroupId) {
            snapshot.container = live.container;
        }
    }

    /** Stops waiting for a container's metadata, like a {@link ContainerRecord#INFO_TIMED_OUT} record. */
    public void stopWaitingFor(String containerId) {
        containers.get(containerId).apply(ContainerRecord.INFO_TIMED_OUT, "");
    }

    /** Returns the pid of a container's first program; 0 if it has not run yet. */
    public int firstProgramPid(String containerId) {
        return containers.get(containerId).firstProgramPid();
    }

    /** Returns the number of entries by kind, in a fixed order. */
    public SequencedMap<String, Long> sizes() {
        SequencedMap<String, Long> sizes = new LinkedHashMap<>();
        sizes.put("processes", (long) processes.size());
        sizes.put("cgroups", (long) cgroups.size());
        sizes.put("containers", (long) containers.size());
        sizes.put("user_databases", (long) users.size());
        sizes.put("mounts", (long) mounts.size());
        return sizes;
    }

    public int processCount() {
        return processes.size();
    }

    /** Returns the memory that the processes' texts use, and what was dropped. */
    public StateMemory memory() {
        return new StateMemory(
                memory.bytes(), memory.limit(), memory.dropped(), processes.evicted(), containers.droppedInfos());
    }

    /** Returns the process of the last record; null if it has none or the process is unknown. */
    public @Nullable ProcessInfo currentProcess() {
        return current;
    }

    public @Nullable ProcessInfo process(int pid) {
        return processes.get(pid);
    }

    /** Returns the container with a full id. Adds it if it is unknown. */
    public TrackedContainer container(String fullId) {
        return containers.get(fullId);
    }

    public ResolvedHostNames hostNames() {
        return hostNames;
    }

    public CgroupTable cgroups() {
        return cgroups;
    }

    public UserTable users() {
        return users;
    }

    public MountTable mounts() {
        return mounts;
    }

    private ProcessInfo applyProgram(RecordView r) {
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
        if (r.hasName(1)) {
            processes.setCwd(p, directory(r.name(1)));
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
            boolean unseen = fromProc && (!found || hasWatched(p));
            ProgramIdentity runtime = ContainerCreation.runtimeOf(r, parent);
            if (runtime != null) {
                p.identity = runtime;
            } else {
                p.identity = unseen ? ProgramIdentity.NONE : ProgramIdentity.of(r, p, p.identity);
            }
        }
        // The OCI runtime executes itself from memory in the container's cgroup before it creates the container.
        boolean preparing = program.isFromMemory() && p.vpid != 1;
        if (r.kind() == RECORD_EXEC && !p.container.isHost() && !preparing && p.container.firstProgramPid() == 0) {
            p.container.setFirstProgramPid(p.pid);
        }
        tellName(p, fromProc, found, renamed);
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

    /**
     * Keeps the kernel's name of a process equal to the state's. The kernel has the names of the programs whose records it
     * delivered, which may be newer than what was read from {@code /proc}. Therefore such a name is only added, and it is removed
     * when a record of an exec follows.
     */
    private void tellName(ProcessInfo p, boolean fromProc, boolean found, boolean renamed) {
        if (fromProc && found) {
            kernel.processFound(p.pid, p.comm);
            p.nameTold = true;
        } else if (fromProc ? renamed : p.nameTold) {
            kernel.processNameUnknown(p.pid);
            p.nameTold = false;
        }
    }

    /** Returns true if the process may have executed a program since the sensor began to watch, and the record of it was lost. */
    private boolean hasWatched(ProcessInfo p) {
        return watchingSinceNanos != 0 && (p.startNanos >= watchingSinceNanos || processes.evicted() > 0);
    }

    private @Nullable ProcessInfo applyFork(RecordView r) {
        ProcessInfo forking = processes.get(r.tgid());
        if (forking == null) {
            return null;
        }
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
        processes.put(child);
        child.setParent(processes.get(r.intAt(FORK_PPID)));
        headers.apply(child, r);
        membership.notifyKernel(child);
        return child;
    }

    private void applyChange(ProcessInfo p, RecordView r) {
        switch (r.kind()) {
            case RECORD_CHDIR -> {
                if (r.hasName(0)) {
                    processes.setCwd(p, directory(r.name(0)));
                    p.changedNanos = r.timeNanos();
                }
            }
            case RECORD_CLONE -> {
                p.vmSize = r.intAt(CLONE_VM_SIZE);
                p.vmRss = r.intAt(CLONE_VM_RSS);
                p.vmSwap = r.intAt(CLONE_VM_SWAP);
            }
            case RECORD_SYSCALL -> ProcessSyscalls.apply(p, r, processes);
            case RECORD_EXIT -> {
                if (r.intAt(EXIT_LAST) != 0) {
                    ending = p;
                    reaperPid = r.intAt(EXIT_REAPER);
                }
            }
            case RECORD_STANDARD_FD -> {
                int fd = r.intAt(FD_FD);
                if (fd >= 0 && fd <= 2) {
                    processes.setStandardFds(p, p.standardFds.with(fd, standardFds.decode(r)));
                }
            }
            default -> {}
        }
    }

    private static StateText directory(String path) {
        return StateText.of(path.endsWith("/") ? path : path + "/");
    }
}
