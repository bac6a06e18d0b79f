package io.tiercel.sensor.procfs;

import io.tiercel.sensor.process.LookupFailures;
import io.tiercel.sensor.process.LookupRecord;
import io.tiercel.sensor.thread.SupervisedThread;
import io.tiercel.sensor.thread.ThreadFailures;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads the state from the machine on its own thread: everything at the start, and later what the event thread requests.
 *
 * <p>The answers are records, so that a recording contains them and a replay does not depend on the machine. Each is applied
 * when the event stream reaches the time of the reading, because later events are newer. The methods that the event thread
 * calls never wait.
 */
public final class StateReader implements AutoCloseable {
    /** The maximum number of pending requests. Further requests are refused. */
    private static final int MAX_REQUESTS = 1024;

    /** The maximum number of pending answers, of some 12 KiB each. The reader waits when the queue is full. */
    private static final int MAX_ANSWERS = 256;

    /** The maximum time for which the sensor's start waits for the state. The rest arrives later. */
    private static final Duration START_LIMIT = Duration.ofSeconds(5);

    private static final String THREAD = "procfs-reader";

    private record Answer(long timeNanos, byte[] record) {}

    private final Path root;
    private final ProcessReads reads;
    private final MachineReader machine;
    private final LongSupplier bootNanos;
    private final Queue<LookupRequest> requests = new ConcurrentLinkedQueue<>();
    private final Semaphore pendingRequests = new Semaphore(0);
    private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final Semaphore space = new Semaphore(MAX_ANSWERS);
    private SupervisedThread thread;
    private long refusedRequests;

    /** The request that a thread is reading. A thread that replaces it reads again, without what hung. */
    private volatile @Nullable LookupRequest current;

    private volatile boolean loaded;

    private StateReader(Path root, ProcessReads reads, LongSupplier bootNanos) {
        this.root = root;
        this.reads = reads;
        this.bootNanos = bootNanos;
        this.machine = new MachineReader(root, reads, bootNanos, this::replaceThread);
        this.thread = SupervisedThread.unstarted(THREAD, this::run);
    }

    /**
     * Starts to read users, mounts, cgroups and processes.
     *
     * @param root the root directory of the machine
     * @param bootNanos the current time in nanoseconds since boot, as in records
     */
    public static StateReader start(Path root, LongSupplier bootNanos) {
        StateReader reader = new StateReader(root, ProcessReads.create(System::nanoTime), bootNanos);
        reader.thread.start();
        return reader;
    }

    /** Creates a rescan that shares the limits of this reader. */
    public StateResync resync() {
        return new StateResync(root, reads, bootNanos);
    }

    /**
     * Waits until the state is loaded, for some seconds at most. Only the start of the sensor waits.
     *
     * @param records applies each record to the state before it returns
     */
    public void awaitLoaded(Consumer<byte[]> records) {
        long end = System.nanoTime() + START_LIMIT.toNanos();
        boolean last = false;
        while (!last) {
            reads.abandonHanging();
            last = loaded || System.nanoTime() - end >= 0;
            deliver(Long.MAX_VALUE, records);
            if (!last) {
                LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(1));
            }
        }
    }

    /** Requests a lookup. Returns false if too many requests are pending. */
    public boolean request(LookupRequest request) {
        if (pendingRequests.availablePermits() >= MAX_REQUESTS) {
            refusedRequests++;
            return false;
        }
        requests.add(request);
        pendingRequests.release();
        return true;
    }

    /** Sets the files whose inodes are read now, and again with each request to read the host. */
    public void recognizeFiles(Set<String> names) {
        machine.recognizeFiles(names);
        var _ = request(new LookupRequest.HostRequest()); // refused: the next second asks again
    }

    /** Replaces the threads that hang in a read. Called on the event thread, about every 100 ms. */
    public void abandonHanging() {
        reads.abandonHanging();
    }

    /** Returns true if answers are pending. */
    public boolean hasAnswers() {
        return !answers.isEmpty();
    }

    /** Emits the answers up to a time that the event stream has reached. */
    public void deliver(long untilNanos, Consumer<byte[]> records) {
        for (Answer next = answers.peek(); next != null && next.timeNanos <= untilNanos; next = answers.peek()) {
            answers.remove();
            space.release();
            records.accept(next.record);
        }
    }

    /** Returns what could not be read since the start. Called on the event thread. */
    public LookupFailures failures() {
        return reads.failures(refusedRequests);
    }

    /** Ends the threads, except those that hang. Does not wait. */
    @Override
    public void close() {
        thread.stop();
    }

    private void replaceThread() {
        thread = SupervisedThread.start(THREAD, this::run);
    }

    private void run() throws InterruptedException {
        try {
            readUntilStopped();
        } catch (AbandonedReadException e) {
            // Another thread does the work now.
        }
    }

    private void readUntilStopped() throws InterruptedException {
        if (!loaded) {
            machine.readAll(this::answer);
            loaded = true;
        }
        while (true) {
            LookupRequest request = current;
            if (request == null) {
                request = next();
                current = request;
            }
            if (request != null) {
                read(request);
                current = null;
            }
            machine.readStarting(this::answer);
        }
    }

    /** Waits for the next request, or until it is time to look at the containers that start. */
    private @Nullable LookupRequest next() throws InterruptedException {
        long wait = machine.nextStartingNanos();
        if (wait == Long.MAX_VALUE) {
            pendingRequests.acquire();
            return requests.poll();
        }
        return pendingRequests.tryAcquire(wait, TimeUnit.NANOSECONDS) ? requests.poll() : null;
    }

    /** Reads, and always answers, so that no event waits for its whole time after a failure. */
    private void read(LookupRequest request) throws InterruptedException {
        try {
            machine.read(request, this::answer);
        } catch (RuntimeException e) {
            ThreadFailures.ofProcess().report(THREAD, e);
        }
        if (request.isAwaited()) {
            long now = bootNanos.getAsLong();
            answer(now, LookupRecord.ENDED.toRecord(request.key(), now));
        }
    }

    private void answer(long timeNanos, byte[] record) throws InterruptedException {
        space.acquire();
        answers.add(new Answer(timeNanos, record));
    }
}
