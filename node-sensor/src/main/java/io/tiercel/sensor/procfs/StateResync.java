package io.tiercel.sensor.procfs;

import static io.tiercel.sensor.bpf.RecordLayout.*;

import io.tiercel.sensor.bpf.RecordBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Rescans all processes and cgroups after events were lost. The scan runs on its own thread, so that the event thread
 * never waits for it.
 *
 * <p>Each record shows a process at one point in time. It is applied when the event stream reaches that time, because later
 * events are newer. A final {@code RECORD_SCAN_DONE} removes the processes that no record has touched since the scan began.
 */
public final class StateResync implements AutoCloseable {
    /** The maximum number of pending records. The scan blocks when the queue is full. */
    private static final int MAX_PENDING = 1024;

    private static final int MAX_ANCESTORS = 64;
    private static final long PAUSE_MILLIS = 1000;

    private record Pending(long timeNanos, byte[] record) {}

    private final ProcessReader processes;
    private final CgroupFileSystem cgroups;
    private final LongSupplier bootNanos;
    private final BlockingQueue<Pending> pending = new ArrayBlockingQueue<>(MAX_PENDING);
    private final Semaphore requests = new Semaphore(0);
    private @Nullable Thread thread;
    private long knownLosses;

    /**
     * Creates a resync without starting its thread.
     *
     * @param root the root directory of the machine
     * @param bootNanos the current time in nanoseconds since boot, as in records
     */
    public StateResync(Path root, LongSupplier bootNanos) {
        this.processes = new ProcessReader(root.resolve("proc"));
        this.cgroups = new CgroupFileSystem(root);
        this.bootNanos = bootNanos;
    }

    /** Requests a scan if the number of lost events that may have changed the state grew since the last call. */
    public void requestAfterLosses(long lostEvents) {
        if (lostEvents > knownLosses) {
            knownLosses = lostEvents;
            request();
        }
    }

    /** Requests a scan. If one is running, another one follows. */
    public void request() {
        if (requests.availablePermits() == 0) {
            requests.release();
        }
        if (thread == null) {
            thread = new Thread(this::run, "tiercel-resync");
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** Emits the records up to a time that the event stream has reached. */
    public void deliver(long untilNanos, Consumer<byte[]> records) {
        for (Pending next = pending.peek(); next != null && next.timeNanos <= untilNanos; next = pending.peek()) {
            pending.remove();
            records.accept(next.record);
        }
    }

    /** Returns true if records are pending. */
    public boolean hasPending() {
        return !pending.isEmpty();
    }

    @Override
    public void close() {
        if (thread != null) {
            thread.interrupt();
        }
    }

    private void run() {
        try {
            while (true) {
                requests.acquire();
                scan();
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void scan() throws InterruptedException {
        long start = bootNanos.getAsLong();
        for (byte[] cgroup : cgroupRecords()) {
            pending.put(new Pending(start, cgroup));
        }
        BitSet scanned = new BitSet();
        for (int pid : processes.pids()) {
            scanProcess(pid, scanned, 0);
        }
        byte[] end =
                new RecordBuilder(RECORD_SCAN_DONE).header(HEADER_RESULT, start).build();
        pending.put(new Pending(bootNanos.getAsLong(), end));
    }

    private List<byte[]> cgroupRecords() {
        List<byte[]> records = new ArrayList<>();
        cgroups.scan((id, path) -> records.add(StateLoader.cgroupRecord(id, path)));
        return records;
    }

    /** Scans a process after its ancestors. */
    private void scanProcess(int pid, BitSet scanned, int depth) throws InterruptedException {
        if (pid <= 0 || depth > MAX_ANCESTORS || scanned.get(pid)) {
            return;
        }
        scanned.set(pid);
        scanProcess(processes.parent(pid), scanned, depth + 1);
        long time = bootNanos.getAsLong();
        ProcessReader.ProcessEntry entry = processes.read(pid, time, cgroups);
        if (entry != null) {
            pending.put(new Pending(time, entry.record()));
        }
    }
}
