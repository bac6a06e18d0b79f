package io.tiercel.sensor.procfs;

import static io.tiercel.sensor.bpf.record.RecordLayout.*;

import io.tiercel.sensor.bpf.record.RecordBuilder;
import io.tiercel.sensor.thread.SupervisedThread;
import java.nio.file.Path;
import java.util.ArrayList;
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
    /** The maximum number of pending records. Each has some 12 KiB. The scan waits when the queue is full. */
    private static final int MAX_PENDING = 256;

    private static final long PAUSE_MILLIS = 1000;
    private static final String THREAD = "tiercel-resync";

    private record Pending(long timeNanos, byte[] record) {}

    private final ProcessReader processes;
    private final CgroupFileSystem cgroups;
    private final LongSupplier bootNanos;
    private final BlockingQueue<Pending> pending = new ArrayBlockingQueue<>(MAX_PENDING);
    private final Semaphore requests = new Semaphore(0);
    private @Nullable SupervisedThread thread;
    private long knownLosses;

    /**
     * Creates a resync without starting its thread.
     *
     * @param root the root directory of the machine
     * @param reads runs the reads that may hang
     * @param bootNanos the current time in nanoseconds since boot, as in records
     */
    StateResync(Path root, ProcessReads reads, LongSupplier bootNanos) {
        this.processes = new ProcessReader(root.resolve("proc"), reads, this::replaceThread);
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
            thread = SupervisedThread.start(THREAD, this::run);
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
            thread.stop();
        }
    }

    /** Starts a thread that scans again. Called on the event thread. */
    private void replaceThread() {
        requests.release();
        thread = SupervisedThread.start(THREAD, this::run);
    }

    private void run() throws InterruptedException {
        try {
            scanOnRequest();
        } catch (AbandonedReadException e) {
            // Another thread does the work now.
        }
    }

    private void scanOnRequest() throws InterruptedException {
        while (true) {
            requests.acquire();
            boolean complete = false;
            try {
                scan();
                complete = true;
            } finally {
                if (!complete) {
                    requests.release(); // The restarted thread scans again.
                }
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
    }

    private void scan() throws InterruptedException {
        long start = bootNanos.getAsLong();
        for (byte[] cgroup : cgroupRecords()) {
            pending.put(new Pending(start, cgroup));
        }
        ProcessScan scan = new ProcessScan(processes, cgroups, bootNanos);
        for (int pid : processes.pids()) {
            scan.read(pid, (timeNanos, record) -> pending.put(new Pending(timeNanos, record)));
        }
        byte[] end =
                new RecordBuilder(RECORD_SCAN_DONE).header(HEADER_RESULT, start).build();
        pending.put(new Pending(bootNanos.getAsLong(), end));
    }

    private List<byte[]> cgroupRecords() {
        List<byte[]> records = new ArrayList<>();
        cgroups.scan((id, path) -> records.add(MachineReader.cgroupRecord(id, path)));
        return records;
    }
}
