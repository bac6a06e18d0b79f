package io.tiercel.sensor.process;

import static io.tiercel.sensor.bpf.record.RecordLayout.*;

import io.tiercel.sensor.bpf.record.RecordView;
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

    private final StandardFdDecoder standardFds;
    private final KernelStateListener kernel;
    private final TextMemory memory;
    private final Lineage lineage;
    private final ProcessTable processes;
    private final OrphanedProcesses orphans;
    private final ContainerTable containers;
    private final CgroupTable cgroups;
    private final ProcessMembership membership;
    private final HeaderUpdates headers;
    private final ProgramUpdates programs;
    private final UserTable users = new UserTable();
    private final MountTable mounts = new MountTable();
    private final ResolvedHostNames hostNames = new ResolvedHostNames();
    private final KnownFiles knownFiles = new KnownFiles();

    /** Boot time of the first record with a time, which is the first one of the kernel; 0 before it. */
    private long watchingSinceNanos;

    private @Nullable ProcessInfo current;
    private @Nullable ProcessInfo ending;
    private int reaperPid;
    private boolean endingChangesLineage;
    private long droppedTexts;

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
        this.lineage = new Lineage(kernel);
        this.processes = new ProcessTable(maxProcesses, memory, lineage);
        this.orphans = new OrphanedProcesses(processes);
        this.containers = new ContainerTable(containers);
        this.cgroups = new CgroupTable(kernel);
        this.membership = new ProcessMembership(processes, this.containers, cgroups, kernel);
        this.headers = new HeaderUpdates(membership);
        this.programs = new ProgramUpdates(processes, orphans, membership, headers, lineage, kernel);
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
            case RECORD_KNOWN_FILES -> {
                current = null;
                knownFiles.apply(r.textOrEmpty(0));
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
            case RECORD_EXEC, RECORD_PROCESS -> current = programs.apply(r, watchingSinceNanos);
            case RECORD_FORK -> current = applyFork(r);
            default -> {
                current = processes.get(r.tgid());
                if (current != null) {
                    headers.apply(current, r);
                    applyChange(current, r);
                }
            }
        }
        countLineageChange(r);
    }

    /** The children of a process that ends get another parent only when it is removed. */
    private void countLineageChange(RecordView r) {
        if (memory.dropped() != droppedTexts) {
            droppedTexts = memory.dropped();
            lineage.change();
        }
        if (!r.lineageChanged()) {
            return;
        }
        if (ending != null) {
            endingChangesLineage = true;
        } else {
            lineage.countApplied();
        }
    }

    /** Removes the process that the last record ended. */
    public void removeEnded() {
        if (ending != null) {
            processes.remove(ending, processes.get(reaperPid));
            ending = null;
            if (endingChangesLineage) {
                lineage.countApplied();
                endingChangesLineage = false;
            }
        }
    }

    /** Returns the changes of programs and ancestors so far. */
    public Lineage lineage() {
        return lineage;
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

    public KnownFiles knownFiles() {
        return knownFiles;
    }

    /** Returns the cgroups of the unified hierarchy. */
    public CgroupTable cgroups() {
        return cgroups;
    }

    public UserTable users() {
        return users;
    }

    public MountTable mounts() {
        return mounts;
    }

    private @Nullable ProcessInfo applyFork(RecordView r) {
        ProcessInfo forking = processes.get(r.tgid());
        if (forking == null) {
            return null;
        }
        ProcessInfo child = ForkRecord.child(r, forking);
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
                    processes.setCwd(p, StateText.ofDirectory(r.name(0)));
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
}
