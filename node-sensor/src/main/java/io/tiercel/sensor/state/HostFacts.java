package io.tiercel.sensor.state;

import static io.tiercel.sensor.bpf.RecordLayout.*;

import io.tiercel.sensor.bpf.RecordBuilder;
import io.tiercel.sensor.bpf.RecordView;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Fills the state from this machine: everything at the start, and what a record needs but the state lacks before the
 * record is applied. What is found goes out as records, so that a recording holds it and a replay needs no machine.
 */
public final class HostFacts {
    /** Lookups of unknown processes and cgroups in a second; beyond it they stay unknown until a {@link Repair}. */
    private static final int MAX_LOOKUPS_PER_SECOND = 512;

    /** Pairs of container and user that were looked for in vain; all are tried again once there are so many. */
    private static final int MAX_UNKNOWN_USERS = 4096;

    private static final long SECOND = 1_000_000_000L;

    private final NodeState state;
    private final Consumer<byte[]> records;
    private final ProcessFiles processFiles;
    private final CgroupFiles cgroupFiles;
    private final UserFiles hostUsers;
    private final MountFiles mountFiles;
    private final Set<String> unknownUsers = new HashSet<>();
    private long secondStarted;
    private int lookups;
    private boolean leftOut;

    /**
     * Looks at the machine whose file system starts at {@code root}.
     *
     * @param records applies (and keeps) what is found, before it returns
     */
    public HostFacts(Path root, NodeState state, Consumer<byte[]> records) {
        this.state = state;
        this.records = records;
        this.processFiles = new ProcessFiles(root.resolve("proc"));
        this.cgroupFiles = new CgroupFiles(root);
        this.hostUsers = new UserFiles(root);
        this.mountFiles = new MountFiles(root.resolve("proc"));
    }

    /** Everything that is there now. */
    public void scan() {
        hostNames();
        mountFiles.read(records);
        cgroupFiles.scan((id, path) -> records.accept(cgroup(id, path)));
        for (int pid : processFiles.pids()) {
            process(pid, 0);
        }
    }

    /** What the record needs. */
    public void before(RecordView r) {
        int kind = r.kind();
        if (kind == RECORD_CGROUP) {
            return;
        }
        if (r.timeNanos() - secondStarted >= SECOND) {
            secondStarted = r.timeNanos();
            lookups = 0;
            if (hostUsers.changed()) {
                hostNames();
            }
            mountFiles.read(records);
        }
        int pid = r.tgid();
        if (!state.knowsCgroup(r.cgroupId()) && lookups++ < MAX_LOOKUPS_PER_SECOND) {
            String path = processFiles.unifiedCgroup(pid);
            if (!path.isEmpty() && cgroupFiles.id(path) == r.cgroupId()) {
                records.accept(cgroup(r.cgroupId(), path));
            }
        }
        if (kind != RECORD_EXEC && !state.knowsProcess(pid)) {
            if (lookups++ < MAX_LOOKUPS_PER_SECOND) {
                process(pid, 0);
            } else {
                leftOut = true;
            }
        }
        String container = state.containerOf(pid);
        if (!container.isEmpty() && kind != RECORD_EXIT) {
            containerNames(container, pid, r.uid());
        }
    }

    /** Whether more has been unknown, since this was last asked, than could be looked up. */
    public boolean leftOut() {
        boolean left = leftOut;
        leftOut = false;
        return left;
    }

    /** The process and, before it, those of its ancestors that are unknown. */
    private void process(int pid, int depth) {
        if (pid <= 0 || depth > 64 || state.knowsProcess(pid)) {
            return;
        }
        ProcessFiles.Found found = processFiles.read(pid, 0, cgroupFiles);
        if (found != null) {
            process(found.parent(), depth + 1);
            records.accept(found.record());
        }
    }

    private void hostNames() {
        hostUsers.read("", records);
    }

    private void containerNames(String container, int pid, int uid) {
        if (state.knowsNames(container) && (uid == 0 || state.knowsUser(container, uid))) {
            return;
        }
        if (unknownUsers.size() >= MAX_UNKNOWN_USERS) {
            unknownUsers.clear();
        }
        if (unknownUsers.add(container + uid)) {
            new UserFiles(processFiles.root(pid)).read(container, records);
        }
    }

    static byte[] cgroup(long id, String path) {
        return new RecordBuilder(RECORD_CGROUP)
                .header(HEADER_CGROUP_ID, id)
                .text(path)
                .build();
    }
}
