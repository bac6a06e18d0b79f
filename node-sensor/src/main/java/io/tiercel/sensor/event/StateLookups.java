package io.tiercel.sensor.event;

import static io.tiercel.sensor.bpf.record.RecordLayout.*;

import io.tiercel.sensor.bpf.record.RecordView;
import io.tiercel.sensor.container.ContainerIds;
import io.tiercel.sensor.container.TrackedContainer;
import io.tiercel.sensor.process.CgroupTable;
import io.tiercel.sensor.process.LookupRecord;
import io.tiercel.sensor.process.NodeState;
import io.tiercel.sensor.process.ProcessInfo;
import io.tiercel.sensor.procfs.LookupRequest;
import io.tiercel.sensor.users.UserTable;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Requests what a record needs but the state lacks: processes, cgroups, and the users of containers. A worker reads them. The
 * events that need the answer are held until then, for a limited time. Used by the event thread, and never waits.
 */
public final class StateLookups {
    /**
     * The maximum number of unknown processes and cgroups that are looked up per second. Others stay unknown until the next
     * rescan.
     */
    private static final int MAX_LOOKUPS_PER_SECOND = 512;

    /** The maximum number of lookups that events wait for. */
    private static final int MAX_PENDING = 1024;

    /** The maximum time that events wait for a lookup, in nanoseconds. The answer is used even if it arrives later. */
    private static final long MAX_WAIT_NANOS = 2_000_000_000L;

    private static final int MAX_ANCESTORS = 64;
    private static final long SECOND = 1_000_000_000L;
    private static final long MINUTE = 60 * SECOND;

    private final NodeState state;
    private final CgroupTable cgroups;
    private final Predicate<LookupRequest> reader;
    private final ContainerUserChecks users = new ContainerUserChecks();

    /** The times at which the waits end, in ascending order, because all lookups have the same time. */
    private final Map<String, Long> deadlines = new LinkedHashMap<>();

    /** Lookups of users that are repeated when the pending one ends: it may have read the files before they changed. */
    private final Map<String, LookupRequest.UsersRequest> repeated = new HashMap<>();

    /** Lookups of processes in this second, and of cgroups in this minute, which are not repeated. */
    private final Set<String> recentProcesses = new HashSet<>();

    private final Set<String> recentCgroups = new HashSet<>();
    /** The time of the last record. */
    private long lastNanos;

    private long secondStart;
    private long minuteStart;
    private int lookups;
    private boolean skipped;

    /**
     * Creates an object that requests lookups.
     *
     * @param reader starts a lookup without waiting; returns false if it cannot
     */
    public StateLookups(NodeState state, Predicate<LookupRequest> reader) {
        this.state = state;
        this.cgroups = state.cgroups();
        this.reader = reader;
    }

    /**
     * Requests what a record of the kernel needs, before the state applies it.
     *
     * @param records receives a record for each lookup that events wait for
     */
    public void request(RecordView r, Consumer<byte[]> records) {
        lastNanos = r.timeNanos();
        int kind = r.kind();
        if (kind == RECORD_CGROUP) {
            requestUsersOfNew(r);
            return;
        }
        if (r.timeNanos() - secondStart >= SECOND) {
            beginSecond(r.timeNanos());
        }
        int pid = r.tgid();
        if (!cgroups.contains(r.cgroupId())) {
            LookupRequest cgroup = new LookupRequest.CgroupRequest(r.cgroupId(), pid);
            lookUp(cgroup, recentCgroups, r.timeNanos(), records);
        }
        int needed = kind == RECORD_EXEC ? r.intAt(EXEC_PPID) : pid;
        if (needed > 0 && !state.hasProcess(needed)) {
            lookUp(new LookupRequest.ProcessRequest(needed), recentProcesses, r.timeNanos(), records);
        }
        if (kind != RECORD_EXIT) {
            requestUsers(r, records);
        }
    }

    /** Returns true if a limit prevented a lookup since the last call. */
    boolean takeSkipped() {
        boolean result = skipped;
        skipped = false;
        return result;
    }

    /** Returns true if events wait for a lookup. */
    boolean isWaiting() {
        return !deadlines.isEmpty();
    }

    /**
     * Notes that a lookup was answered.
     *
     * @return false if it must be repeated first, because its reason occurred again in the meantime
     */
    boolean ended(String key) {
        LookupRequest.UsersRequest again = repeated.remove(key);
        if (again != null
                && deadlines.containsKey(key)
                && users.isDue(again.containerId(), true, lastNanos)
                && reader.test(again)) {
            return false;
        }
        deadlines.remove(key);
        return true;
    }

    /** Emits the end of each lookup whose time is over. */
    void expire(long nowNanos, LongSupplier bootNanos, Consumer<byte[]> records) {
        while (!deadlines.isEmpty()) {
            Map.Entry<String, Long> oldest = deadlines.entrySet().iterator().next();
            if (nowNanos - oldest.getValue() < 0) {
                return;
            }
            deadlines.remove(oldest.getKey());
            repeated.remove(oldest.getKey());
            records.accept(LookupRecord.ENDED.toRecord(oldest.getKey(), bootNanos.getAsLong()));
        }
    }

    private void beginSecond(long timeNanos) {
        secondStart = timeNanos;
        lookups = 0;
        recentProcesses.clear();
        if (timeNanos - minuteStart >= MINUTE) {
            minuteStart = timeNanos;
            recentCgroups.clear();
        }
        var _ = reader.test(new LookupRequest.HostRequest()); // a full queue refuses it, and the next second asks again
    }

    private void lookUp(LookupRequest request, Set<String> recent, long timeNanos, Consumer<byte[]> records) {
        String key = request.key();
        if (recent.contains(key) || deadlines.containsKey(key)) {
            return;
        }
        if (lookups >= MAX_LOOKUPS_PER_SECOND || !reader.test(request)) {
            skipped = true;
            return;
        }
        lookups++;
        recent.add(key);
        await(key, timeNanos, records);
    }

    /**
     * Requests the users of a container that a runtime prepares, before its first program runs. A container may create cgroups
     * with any name inside its own, so these are ignored. If the request is refused, the first event causes another one.
     */
    private void requestUsersOfNew(RecordView r) {
        long change = r.result();
        String path = change == CGROUP_CREATED || change == CGROUP_ATTACHED ? r.textOrEmpty(0) : "";
        String id = ContainerIds.fromCgroupPath(path);
        if (!id.isEmpty() && !ContainerIds.isNested(path) && !state.users().hasDatabase(id)) {
            var _ = reader.test(new LookupRequest.StartingContainerRequest(id, path));
        }
    }

    private void requestUsers(RecordView r, Consumer<byte[]> records) {
        TrackedContainer container = state.containerOf(r);
        if (container.isHost()) {
            return;
        }
        String id = container.fullId();
        UserTable table = state.users();
        boolean known = table.hasDatabase(id);
        boolean exec = r.kind() == RECORD_EXEC;
        boolean firstProgram = exec && (container.firstProgramPid() == 0 || container.firstProgramPid() == r.tgid());
        boolean wanted = !known || firstProgram || !hasNames(table, id, r);
        boolean pending = deadlines.containsKey(LookupRecord.usersKey(id));
        if (pending ? firstProgram || known && wanted : (wanted || exec) && users.isDue(id, wanted, r.timeNanos())) {
            ProcessInfo first = firstOf(container, state.process(r.tgid()));
            LookupRequest.UsersRequest request =
                    new LookupRequest.UsersRequest(id, first == null ? 0 : first.pid(), r.tgid(), known);
            if (pending) {
                repeated.put(request.key(), request);
            } else if (reader.test(request)) {
                await(request.key(), r.timeNanos(), records);
            }
        }
    }

    private static boolean hasNames(UserTable table, String containerId, RecordView r) {
        return (r.uid() == 0 || table.hasUser(containerId, r.uid()))
                && (r.gid() == 0 || table.hasGroup(containerId, r.gid()));
    }

    /** Returns the ancestor of a process that is the closest to the first process of their container. */
    private static @Nullable ProcessInfo firstOf(TrackedContainer container, @Nullable ProcessInfo process) {
        ProcessInfo first = null;
        ProcessInfo p = process;
        for (int i = 0; i < MAX_ANCESTORS && p != null; i++) {
            first = p.container() == container ? p : first;
            p = p.parent();
        }
        return first;
    }

    private void await(String key, long timeNanos, Consumer<byte[]> records) {
        if (deadlines.size() < MAX_PENDING && deadlines.putIfAbsent(key, System.nanoTime() + MAX_WAIT_NANOS) == null) {
            records.accept(LookupRecord.REQUESTED.toRecord(key, timeNanos));
        }
    }
}
