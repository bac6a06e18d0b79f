package io.tiercel.sensor.state;

import static io.tiercel.sensor.bpf.RecordLayout.*;

import io.tiercel.sensor.bpf.RecordView;
import io.tiercel.sensor.container.ContainerRecord;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the node, kept right by the records alone: the same records give the same state, live or replayed.
 *
 * <p>A record changes the state before its event is evaluated; what it ends is removed afterwards, with {@link #settle}.
 */
public final class NodeState {
    private static final int MAX_PROCESSES = 65_536;
    private static final int MAX_CGROUPS = 65_536;

    /** The kernel tells a process's start in {@code /proc} in hundredths of a second: less is the same process. */
    private static final long START_PRECISION_NANOS = 20_000_000L;

    /** Result of a RECORD_NAMES that replaces what was known of its container; others add to it. */
    static final int NAMES_ANEW = 1;

    private final ProcessTable processes;
    private final Containers containers;
    private final Users users = new Users();
    private final Mounts mounts = new Mounts();
    private final HostNames hostNames = new HostNames();
    private final Map<Long, Container> cgroups = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Container> eldest) {
            boolean full = size() > MAX_CGROUPS;
            if (full) {
                whereabouts.cgroupGone(eldest.getKey());
            }
            return full;
        }
    };

    private final Whereabouts whereabouts;

    /** Cgroups that processes were seen in before it was known what they are. */
    private final Set<Long> unsure = new HashSet<>();

    private long forgotten;
    private @Nullable Process current;
    private @Nullable Process ending;
    private int heir;

    /** An empty state with the usual limits. */
    public NodeState() {
        this(ContainerListener.NONE);
    }

    /** The same, and somebody hears of containers. */
    public NodeState(ContainerListener listener) {
        this(listener, Whereabouts.UNHEARD);
    }

    /** The same, and somebody hears where processes are. */
    public NodeState(ContainerListener listener, Whereabouts whereabouts) {
        this(MAX_PROCESSES, listener, whereabouts);
    }

    NodeState(int maxProcesses, ContainerListener listener, Whereabouts whereabouts) {
        this.whereabouts = whereabouts;
        processes = new ProcessTable(maxProcesses);
        containers = new Containers(listener);
    }

    /** Takes over what the record says; the process that it is about becomes the current one. */
    public void apply(RecordView r) {
        settle();
        switch (r.kind()) {
            case RECORD_CGROUP -> {
                current = null;
                cgroup(r);
            }
            case RECORD_CONTAINER -> {
                current = processes.get(r.tgid());
                ContainerRecord kind = ContainerRecord.kind(r);
                if (kind != null) {
                    containers.named(r.textOrEmpty(0)).learn(kind, r.textOrEmpty(1));
                }
            }
            case RECORD_NAMES -> {
                current = null;
                if (r.result() == NAMES_ANEW) {
                    users.forget(r.textOrEmpty(0));
                }
                users.add(r.textOrEmpty(0), r.textOrEmpty(1), r.textOrEmpty(2));
            }
            case RECORD_HOST -> {
                current = null;
                hostNames.put(r.textOrEmpty(0), r.textOrEmpty(1));
            }
            case RECORD_MOUNTS -> {
                current = null;
                mounts.apply(r);
                mounts.tell(whereabouts);
            }
            case RECORD_SCANNED -> {
                current = null;
                processes.removeUntouchedSince(r.result());
            }
            case RECORD_EXEC, RECORD_PROCESS -> current = program(r);
            case RECORD_FORK -> current = fork(r);
            default -> {
                current = processes.get(r.tgid());
                if (current != null) {
                    touch(current, r);
                    change(current, r);
                }
            }
        }
    }

    /** Removes what the last record has ended. */
    public void settle() {
        if (ending != null) {
            Process heirs = processes.get(heir);
            processes.remove(ending, heirs);
            ending = null;
        }
    }

    public boolean knowsProcess(int pid) {
        return processes.get(pid) != null;
    }

    public boolean knowsCgroup(long id) {
        return cgroups.containsKey(id);
    }

    /** Whether the user database of a container (full id; empty for the host) has been read. */
    public boolean knowsNames(String containerId) {
        return users.knows(containerId);
    }

    public boolean knowsUser(String containerId, int uid) {
        return users.knowsUser(containerId, uid);
    }

    /** Full id of a process's container; empty for the host or if the process is unknown. */
    public String containerOf(int pid) {
        Process p = processes.get(pid);
        return p == null ? "" : p.container.fullId();
    }

    /** Ends the wait for an answer about a container, as a record of {@link ContainerRecord#LATE} does. */
    public void awaitNoLonger(String containerId) {
        containers.named(containerId).learn(ContainerRecord.LATE, "");
    }

    /** The process that ran the first program of a container; 0 if none has been seen. */
    public int firstProgram(String containerId) {
        return containers.named(containerId).firstProgram;
    }

    /** How many of each kind of thing are kept. */
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

    /** Processes forgotten because there were too many. */
    public long evictedProcesses() {
        return processes.evicted();
    }

    @Nullable
    Process current() {
        return current;
    }

    @Nullable
    Process process(int pid) {
        return processes.get(pid);
    }

    Container container(String id) {
        return containers.named(id);
    }

    HostNames hostNames() {
        return hostNames;
    }

    Users users() {
        return users;
    }

    Mounts mounts() {
        return mounts;
    }

    private Process program(RecordView r) {
        Program program = new Program(r);
        Process p = processes.get(r.tgid());
        boolean read = r.kind() == RECORD_PROCESS;
        if (p != null && read && p.changedNanos > r.timeNanos()) {
            return p;
        }
        if (p == null || Math.abs(p.startNanos - r.longAt(EXEC_START_NS)) > START_PRECISION_NANOS) {
            p = new Process(r.tgid(), r.longAt(EXEC_START_NS), r.longAt(EXEC_PIDNS_START_NS), program);
            processes.put(p);
        }
        if (!read || p.program == program || !p.program.isSame(program)) {
            p.program = program;
            p.comm = program.comm;
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
            p.cwd = directory(r.name(1));
        }
        if (read) {
            p.container = containers.ofCgroup(r.textOrEmpty(2));
        }
        Process parent = processes.get(r.intAt(EXEC_PPID));
        if (parent != p.parent()) {
            p.adopt(parent);
        }
        touch(p, r);
        // A runtime runs itself, from memory, in the container's cgroup before it makes the container.
        boolean runtime = program.fromMemory && p.vpid != 1;
        if (r.kind() == RECORD_EXEC && !p.container.isHost() && !runtime && p.container.firstProgram == 0) {
            p.container.firstProgram = p.pid;
        }
        if (read) {
            whereabouts.program(p.pid, p.comm);
        }
        tellPlace(p);
        return p;
    }

    private void cgroup(RecordView r) {
        switch ((int) r.result()) {
            case CGROUP_REMOVED -> {
                Container container = cgroups.remove(r.cgroupId());
                whereabouts.cgroupGone(r.cgroupId());
                unsure.remove(r.cgroupId());
                if (container != null) {
                    containers.cgroupRemoved(container, r.timeNanos());
                }
            }
            case CGROUP_JOINED -> {
                Process process = processes.get(r.tgid());
                Container container = containers.ofCgroup(r.textOrEmpty(0));
                if (process != null && !container.isHost()) {
                    process.container = container;
                    tellPlace(process);
                }
            }
            default -> {
                Container container = containers.ofCgroup(r.textOrEmpty(0));
                cgroups.put(r.cgroupId(), container);
                if (!unsure.contains(r.cgroupId())) {
                    whereabouts.cgroup(r.cgroupId(), !container.isHost());
                }
                containers.cgroupMade(container);
            }
        }
    }

    private @Nullable Process fork(RecordView r) {
        Process maker = processes.get(r.tgid());
        if (maker == null) {
            return null;
        }
        Process child =
                new Process(r.intAt(FORK_CHILD), r.longAt(FORK_START_NS), r.longAt(FORK_PIDNS_START_NS), maker.program);
        child.vpid = r.intAt(FORK_VPID);
        child.sid = r.intAt(FORK_SID);
        child.vpgid = r.intAt(FORK_VPGID);
        child.pgid = r.intAt(FORK_PGID);
        child.tty = r.intAt(FORK_TTY);
        child.loginuid = r.intAt(FORK_LOGINUID);
        child.fdLimit = r.longAt(FORK_FD_LIMIT);
        child.comm = r.fixedText(FORK_COMM, COMM_SIZE);
        child.changedNanos = r.timeNanos();
        child.cwd = maker.cwd;
        child.standardFds = maker.standardFds;
        child.container = maker.container;
        child.cgroupId = maker.cgroupId;
        processes.put(child);
        child.adopt(processes.get(r.intAt(FORK_PPID)));
        touch(child, r);
        tellPlace(child);
        return child;
    }

    private void change(Process p, RecordView r) {
        switch (r.kind()) {
            case RECORD_CHDIR -> {
                if (r.hasName(0)) {
                    p.cwd = directory(r.name(0));
                    p.changedNanos = r.timeNanos();
                }
            }
            case RECORD_CLONE -> {
                p.vmSize = r.intAt(CLONE_VM_SIZE);
                p.vmRss = r.intAt(CLONE_VM_RSS);
                p.vmSwap = r.intAt(CLONE_VM_SWAP);
            }
            case RECORD_CALL -> ProcessCalls.apply(p, r, processes);
            case RECORD_EXIT -> {
                if (r.intAt(EXIT_LAST) != 0) {
                    ending = p;
                    heir = r.intAt(EXIT_REAPER);
                }
            }
            case RECORD_STANDARD_FD -> {
                DescribedFd described = new DescribedFd(r);
                FdKind kind = described.reset();
                int fd = r.intAt(FD_FD);
                if (fd >= 0 && fd <= 2) {
                    p.standardFds = p.standardFds.with(fd, kind, described.name());
                }
            }
            default -> {}
        }
    }

    private void touch(Process p, RecordView r) {
        p.touchedNanos = r.timeNanos();
        p.uid = r.uid();
        p.gid = r.gid();
        if (!ProcessCalls.entersNamespaces(r)) {
            p.capInheritable = r.capInheritable();
            p.capPermitted = r.capPermitted();
            p.capEffective = r.capEffective();
        }
        long cgroup = r.cgroupId();
        if (cgroup != p.cgroupId) {
            Container container = cgroups.get(cgroup);
            if (container != null && (!container.isHost() || p.cgroupId != 0)) {
                p.container = container;
            }
            p.cgroupId = cgroup;
            if (container == null) {
                doubt(cgroup);
            }
            tellPlace(p);
        }
    }

    private void doubt(long cgroup) {
        if (unsure.size() < MAX_CGROUPS) {
            unsure.add(cgroup);
        } else {
            whereabouts.processesForgotten();
        }
    }

    private void tellPlace(Process p) {
        Container container = cgroups.get(p.cgroupId);
        if (container != null && container.isHost() != p.container.isHost()) {
            whereabouts.apart(p.pid);
        }
        if (processes.evicted() != forgotten) {
            forgotten = processes.evicted();
            whereabouts.processesForgotten();
        }
    }

    private static String directory(String path) {
        return path.endsWith("/") ? path : path + "/";
    }
}
