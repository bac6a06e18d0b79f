package io.tiercel.sensor.procfs;

import static io.tiercel.sensor.bpf.record.RecordLayout.HEADER_CGROUP_ID;
import static io.tiercel.sensor.bpf.record.RecordLayout.RECORD_CGROUP;

import io.tiercel.sensor.bpf.record.RecordBuilder;
import io.tiercel.sensor.users.UserDatabaseReader;
import io.tiercel.sensor.users.UserDatabaseReader.Contents;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/** Turns what the machine shows of its users, mounts, cgroups and processes into records. One thread uses it. */
final class MachineReader {
    /** The maximum number of containers whose user database is recognized as unchanged. */
    private static final int MAX_STAMPS = 4096;

    /** The pause after a look at the containers that start, in lengths of the look: looks take at most a quarter of a CPU. */
    private static final int STARTING_PAUSE = 3;

    /** Receives a record and the time since boot of the reading. */
    @FunctionalInterface
    interface Sink {
        void accept(long timeNanos, byte[] record) throws InterruptedException;
    }

    private final LongSupplier bootNanos;
    private final ProcessReads reads;
    private final Runnable replaceThread;
    private final ProcessReader processes;
    private final CgroupFileSystem cgroups;
    private final MountInfoReader mounts;
    private final UserDatabaseReader hostUsers;
    private final StartingContainers starting;
    private final KnownFileReader knownFiles;
    private String hostStamp = "";
    private long nextStartingNanos;

    /** The scan at the start. */
    private final ProcessScan initialScan;

    private boolean cgroupsRead;

    /** Identifies the version of each container's database that was read last. */
    private final Map<String, String> stamps = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > MAX_STAMPS;
        }
    };

    /**
     * Creates a reader.
     *
     * @param replaceThread starts the thread that replaces the current one if a read hangs
     */
    MachineReader(Path root, ProcessReads reads, LongSupplier bootNanos, Runnable replaceThread) {
        this.replaceThread = replaceThread;
        this.bootNanos = bootNanos;
        this.reads = reads;
        this.processes = new ProcessReader(root.resolve("proc"), reads, replaceThread);
        this.cgroups = new CgroupFileSystem(root);
        this.mounts = new MountInfoReader(root.resolve("proc"));
        this.initialScan = new ProcessScan(processes, cgroups, bootNanos);
        this.hostUsers = new UserDatabaseReader(root.toString());
        this.knownFiles = new KnownFileReader(root);
        this.starting = new StartingContainers(processes, cgroups, reads.containerFiles(), replaceThread);
    }

    /**
     * Reads users, mounts, cgroups and processes, parents before children. A thread that replaces one whose read hangs calls
     * it again, and reads the rest.
     */
    void readAll(Sink sink) throws InterruptedException {
        if (!cgroupsRead) {
            readHost(sink);
            List<byte[]> found = new ArrayList<>();
            cgroups.scan((id, path) -> found.add(cgroupRecord(id, path)));
            emit(found, sink);
            cgroupsRead = true;
        }
        initialScan.retryLast();
        for (int pid : processes.pids()) {
            initialScan.read(pid, sink);
        }
    }

    void read(LookupRequest request, Sink sink) throws InterruptedException {
        switch (request) {
            case LookupRequest.ProcessRequest(int pid) ->
                new ProcessScan(processes, cgroups, bootNanos).read(pid, sink);
            case LookupRequest.CgroupRequest(long id, int pid) -> readCgroup(id, pid, sink);
            case LookupRequest.UsersRequest users -> readUsers(users, sink);
            case LookupRequest.StartingContainerRequest(String id, String cgroupPath) -> starting.add(id, cgroupPath);
            case LookupRequest.HostRequest() -> readHost(sink);
        }
    }

    /** Sets the files whose inodes are read with the host's users and mounts. */
    void recognizeFiles(Set<String> names) {
        knownFiles.setNames(names);
    }

    /** Returns the time until {@link #readStarting} has something to do, in nanoseconds; the maximum if no container starts. */
    long nextStartingNanos() {
        return starting.isEmpty() ? Long.MAX_VALUE : Math.max(0, nextStartingNanos - System.nanoTime());
    }

    /** Reads the users of the containers that a runtime prepares, if it is time to. */
    void readStarting(Sink sink) throws InterruptedException {
        if (nextStartingNanos() <= 0) {
            long start = System.nanoTime();
            starting.read((container, users) -> accept(container, users, sink));
            long end = System.nanoTime();
            nextStartingNanos = end + Math.max(StartingContainers.INTERVAL.toNanos(), STARTING_PAUSE * (end - start));
        }
    }

    private void readHost(Sink sink) throws InterruptedException {
        List<byte[]> found = new ArrayList<>();
        Contents users = hostUsers.readIfChanged(hostStamp);
        if (users != null) {
            hostStamp = users.stamp();
            users.emit("", found::add);
        }
        mounts.read(found::add);
        reads.containerFiles()
                .read("", replaceThread, knownFiles::readIfChanged)
                .ifPresent(found::add);
        emit(found, sink);
    }

    private void readCgroup(long id, int pid, Sink sink) throws InterruptedException {
        String path = processes.unifiedCgroup(pid);
        if (!path.isEmpty() && cgroups.id(path) == id) {
            sink.accept(bootNanos.getAsLong(), cgroupRecord(id, path));
        }
    }

    /**
     * Reads the users of a container below the root directory of one of its processes. A process that ended may have left its
     * id to another one, so that its container is checked before and after.
     */
    private void readUsers(LookupRequest.UsersRequest request, Sink sink) throws InterruptedException {
        String container = request.containerId();
        String stamp = request.known() ? stamps.getOrDefault(container, "") : "";
        for (int pid : new int[] {request.rootPid(), request.pid()}) {
            if (processes.containerId(pid).equals(container)) {
                UserDatabaseReader reader = new UserDatabaseReader(processes.root(pid));
                Contents users = reads.containerFiles()
                        .read(container, replaceThread, () -> reader.readIfChanged(stamp))
                        .orElse(null);
                if (users != null && processes.containerId(pid).equals(container)) {
                    accept(container, users, sink);
                }
                return;
            }
        }
    }

    private void accept(String container, Contents users, Sink sink) throws InterruptedException {
        stamps.put(container, users.stamp());
        List<byte[]> found = new ArrayList<>();
        users.emit(container, found::add);
        emit(found, sink);
    }

    private void emit(List<byte[]> records, Sink sink) throws InterruptedException {
        long now = bootNanos.getAsLong();
        for (byte[] record : records) {
            sink.accept(now, record);
        }
    }

    static byte[] cgroupRecord(long id, String path) {
        return new RecordBuilder(RECORD_CGROUP)
                .header(HEADER_CGROUP_ID, id)
                .text(path)
                .build();
    }
}
