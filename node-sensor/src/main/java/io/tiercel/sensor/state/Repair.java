package io.tiercel.sensor.state;

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
 * Reads all processes and cgroups anew after events were missed, beside the stream of events, which never waits for it.
 *
 * <p>Each process is as it was at one time, and goes out as a record once the stream has come to that time: what is still
 * to come in the stream is newer. When all are out, a last record says that every process which nobody has seen since the
 * scan began has ended.
 */
public final class Repair implements AutoCloseable {
    /** Records that wait for the stream; the scan waits when there are so many. */
    private static final int MAX_WAITING = 1024;

    private static final int MAX_ANCESTORS = 64;
    private static final long PAUSE_MILLIS = 1000;

    private record Found(long timeNanos, byte[] record) {}

    private final ProcessFiles processFiles;
    private final CgroupFiles cgroupFiles;
    private final LongSupplier bootNanos;
    private final BlockingQueue<Found> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private final Semaphore asked = new Semaphore(0);
    private @Nullable Thread thread;
    private long lossesKnown;

    /**
     * Repairs from the machine whose file system starts at {@code root}.
     *
     * @param bootNanos the time now, in nanoseconds since boot as records have it
     */
    public Repair(Path root, LongSupplier bootNanos) {
        this.processFiles = new ProcessFiles(root.resolve("proc"));
        this.cgroupFiles = new CgroupFiles(root);
        this.bootNanos = bootNanos;
    }

    /** Says how many events were lost since the start: if more than the last time, a scan begins. */
    public void losses(long lost) {
        if (lost > lossesKnown) {
            lossesKnown = lost;
            begin();
        }
    }

    /** Begins a scan; if one is under way, another follows it. */
    public void begin() {
        if (asked.availablePermits() == 0) {
            asked.release();
        }
        if (thread == null) {
            thread = new Thread(this::run, "tiercel-repair");
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** Hands over what was read before a time that the stream has come to; costs next to nothing if nothing was. */
    public void deliver(long untilNanos, Consumer<byte[]> records) {
        for (Found next = waiting.peek(); next != null && next.timeNanos <= untilNanos; next = waiting.peek()) {
            waiting.remove();
            records.accept(next.record);
        }
    }

    /** Whether something waits for {@link #deliver}. */
    public boolean ready() {
        return !waiting.isEmpty();
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
                asked.acquire();
                scan();
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void scan() throws InterruptedException {
        long began = bootNanos.getAsLong();
        for (byte[] cgroup : cgroups()) {
            waiting.put(new Found(began, cgroup));
        }
        BitSet done = new BitSet();
        for (int pid : processFiles.pids()) {
            process(pid, done, 0);
        }
        byte[] end =
                new RecordBuilder(RECORD_SCANNED).header(HEADER_RESULT, began).build();
        waiting.put(new Found(bootNanos.getAsLong(), end));
    }

    private List<byte[]> cgroups() {
        List<byte[]> records = new ArrayList<>();
        cgroupFiles.scan((id, path) -> records.add(HostFacts.cgroup(id, path)));
        return records;
    }

    /** The process, after its ancestors. */
    private void process(int pid, BitSet done, int depth) throws InterruptedException {
        if (pid <= 0 || depth > MAX_ANCESTORS || done.get(pid)) {
            return;
        }
        done.set(pid);
        process(processFiles.parent(pid), done, depth + 1);
        long time = bootNanos.getAsLong();
        ProcessFiles.Found found = processFiles.read(pid, time, cgroupFiles);
        if (found != null) {
            waiting.put(new Found(time, found.record()));
        }
    }
}
