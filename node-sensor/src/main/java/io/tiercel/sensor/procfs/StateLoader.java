package io.tiercel.sensor.procfs;

import static io.tiercel.sensor.bpf.RecordLayout.*;

import io.tiercel.sensor.bpf.RecordBuilder;
import io.tiercel.sensor.bpf.RecordView;
import io.tiercel.sensor.process.NodeState;
import io.tiercel.sensor.users.UserDatabaseReader;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Loads the state from the machine: everything at the start, and later the entries that a record needs but the state lacks.
 *
 * <p>Emits records, so that a recording contains them and a replay does not depend on the machine.
 */
public final class StateLoader {
    /**
     * The maximum number of unknown processes and cgroups that are looked up per second. Others stay unknown until the next
     * {@link StateResync}.
     */
    private static final int MAX_LOOKUPS_PER_SECOND = 512;

    /** The maximum number of cached misses (container and user). The cache is cleared when it is full. */
    private static final int MAX_UNKNOWN_USERS = 4096;

    private static final int MAX_ANCESTORS = 64;
    private static final long SECOND = 1_000_000_000L;

    private final NodeState state;
    private final Consumer<byte[]> records;
    private final ProcessReader processes;
    private final CgroupFileSystem cgroups;
    private final UserDatabaseReader hostUsers;
    private final MountInfoReader mounts;
    private final Set<String> unknownUsers = new HashSet<>();
    private long secondStart;
    private int lookups;
    private boolean lookupsSkipped;

    /**
     * Creates a loader.
     *
     * @param root the root directory of the machine
     * @param records applies each record to the state before it returns
     */
    public StateLoader(Path root, NodeState state, Consumer<byte[]> records) {
        this.state = state;
        this.records = records;
        this.processes = new ProcessReader(root.resolve("proc"));
        this.cgroups = new CgroupFileSystem(root);
        this.hostUsers = new UserDatabaseReader(root);
        this.mounts = new MountInfoReader(root.resolve("proc"));
    }

    /** Loads users, mounts, cgroups and processes. */
    public void loadAll() {
        loadHostUsers();
        mounts.read(records);
        cgroups.scan((id, path) -> records.accept(cgroupRecord(id, path)));
        for (int pid : processes.pids()) {
            loadProcess(pid, 0);
        }
    }

    /** Loads the entries that a record needs, before the state applies it. */
    public void loadFor(RecordView r) {
        int kind = r.kind();
        if (kind == RECORD_CGROUP) {
            return;
        }
        if (r.timeNanos() - secondStart >= SECOND) {
            secondStart = r.timeNanos();
            lookups = 0;
            if (hostUsers.hasChanged()) {
                loadHostUsers();
            }
            mounts.read(records);
        }
        int pid = r.tgid();
        if (!state.hasCgroup(r.cgroupId()) && lookups++ < MAX_LOOKUPS_PER_SECOND) {
            String path = processes.unifiedCgroup(pid);
            if (!path.isEmpty() && cgroups.id(path) == r.cgroupId()) {
                records.accept(cgroupRecord(r.cgroupId(), path));
            }
        }
        if (kind != RECORD_EXEC && !state.hasProcess(pid)) {
            if (lookups++ < MAX_LOOKUPS_PER_SECOND) {
                loadProcess(pid, 0);
            } else {
                lookupsSkipped = true;
            }
        }
        String container = state.containerIdOf(pid);
        if (!container.isEmpty() && kind != RECORD_EXIT) {
            loadContainerUsers(container, pid, r.uid());
        }
    }

    /** Returns true if the limit prevented the lookup of a process since the last call. */
    public boolean takeLookupsSkipped() {
        boolean skipped = lookupsSkipped;
        lookupsSkipped = false;
        return skipped;
    }

    /** Loads a process after its unknown ancestors. */
    private void loadProcess(int pid, int depth) {
        if (pid <= 0 || depth > MAX_ANCESTORS || state.hasProcess(pid)) {
            return;
        }
        ProcessReader.ProcessEntry entry = processes.read(pid, 0, cgroups);
        if (entry != null) {
            loadProcess(entry.parent(), depth + 1);
            records.accept(entry.record());
        }
    }

    private void loadHostUsers() {
        hostUsers.read("", records);
    }

    private void loadContainerUsers(String container, int pid, int uid) {
        if (state.users().hasDatabase(container) && (uid == 0 || state.users().hasUser(container, uid))) {
            return;
        }
        if (unknownUsers.size() >= MAX_UNKNOWN_USERS) {
            unknownUsers.clear();
        }
        if (unknownUsers.add(container + uid)) {
            new UserDatabaseReader(processes.root(pid)).read(container, records);
        }
    }

    static byte[] cgroupRecord(long id, String path) {
        return new RecordBuilder(RECORD_CGROUP)
                .header(HEADER_CGROUP_ID, id)
                .text(path)
                .build();
    }
}
