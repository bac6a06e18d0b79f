package io.tiercel.sensor.procfs;

import io.tiercel.sensor.bpf.host.GuardedFiles;
import io.tiercel.sensor.bpf.host.GuardedFiles.FileAttributes;
import io.tiercel.sensor.users.UserDatabaseReader;
import io.tiercel.sensor.users.UserDatabaseReader.Contents;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the users of containers that a runtime prepares, as soon as a process of the container has the container's root
 * directory. The first program may end within a millisecond, and nothing can be read after that. One thread uses it.
 */
final class StartingContainers {
    /** The minimum interval between two looks at the processes of these containers. */
    static final Duration INTERVAL = Duration.ofMillis(2);

    /** The maximum number of containers. Further ones have their users read at their first event. */
    private static final int MAX_CONTAINERS = 64;

    /** The maximum number of processes of a container that are looked at. */
    private static final int MAX_PROCESSES = 8;

    /** The maximum time for which a container is observed. A container may never have a root directory of its own. */
    private static final Duration LIMIT = Duration.ofSeconds(5);

    /** Receives the users of a container. */
    @FunctionalInterface
    interface Sink {
        void accept(String containerId, Contents users) throws InterruptedException;
    }

    private record Cgroup(String path, long endNanos) {}

    /**
     * The result of a read.
     *
     * @param users null if the process still has the root directory of the runtime
     */
    private record Reading(@Nullable Contents users) {}

    private final ProcessReader processes;
    private final CgroupFileSystem cgroups;
    private final AbandonableReads reads;
    private final Runnable replaceThread;
    private final Map<String, Cgroup> byContainer = new LinkedHashMap<>();

    /**
     * Creates an empty set of containers.
     *
     * @param replaceThread starts the thread that replaces the current one if a read hangs
     */
    StartingContainers(
            ProcessReader processes, CgroupFileSystem cgroups, AbandonableReads reads, Runnable replaceThread) {
        this.processes = processes;
        this.cgroups = cgroups;
        this.reads = reads;
        this.replaceThread = replaceThread;
    }

    /** Begins to observe a container. */
    void add(String containerId, String cgroupPath) {
        if (byContainer.size() < MAX_CONTAINERS) {
            byContainer.putIfAbsent(containerId, new Cgroup(cgroupPath, System.nanoTime() + LIMIT.toNanos()));
        }
    }

    boolean isEmpty() {
        return byContainer.isEmpty();
    }

    /** Emits the users of the containers that have their own root directory by now. */
    void read(Sink sink) throws InterruptedException {
        for (Map.Entry<String, Cgroup> container : List.copyOf(byContainer.entrySet())) {
            String id = container.getKey();
            byContainer.remove(id); // not observed any more if its read hangs, fails or succeeds
            if (!read(id, container.getValue().path(), sink)
                    && System.nanoTime() - container.getValue().endNanos() < 0) {
                byContainer.put(id, container.getValue());
            }
        }
    }

    /** Returns true if the container needs no further looks. */
    private boolean read(String id, String cgroupPath, Sink sink) throws InterruptedException {
        for (int pid : cgroups.pids(cgroupPath, MAX_PROCESSES)) {
            if (processes.containerId(pid).equals(id)) {
                Optional<Reading> reading = reads.read(id, replaceThread, () -> read(id, pid));
                if (reading.isEmpty()) {
                    return true;
                }
                Contents users = reading.get().users();
                if (users != null
                        && processes.containerId(pid).equals(id)) { // the process has not ended in the meantime
                    sink.accept(id, users);
                    return true;
                }
            }
        }
        return false;
    }

    /** The runtime, which is the parent, has the root directory from which the container's one is made. */
    private Reading read(String id, int pid) {
        String root = processes.root(pid);
        int parent = processes.stat(pid).parent();
        FileAttributes own = GuardedFiles.attributes(root + "/");
        FileAttributes outer = GuardedFiles.attributes(processes.root(parent) + "/");
        boolean isPrepared = own != null
                && outer != null
                && (own.device() != outer.device() || own.ino() != outer.ino())
                && !processes.containerId(parent).equals(id);
        return new Reading(isPrepared ? new UserDatabaseReader(root).readIfChanged("") : null);
    }
}
