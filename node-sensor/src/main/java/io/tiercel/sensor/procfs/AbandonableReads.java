package io.tiercel.sensor.procfs;

import io.tiercel.sensor.thread.SupervisedThreads;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Runs reads that may never return, each with a deadline, on threads that can be abandoned.
 *
 * <p>A thread that waits for a FIFO, for FUSE or for a network file system cannot be interrupted. It is left behind until the
 * kernel lets it go. Until then, and for a while after, nothing more is read for the owner of that file, and the number of
 * abandoned threads is limited. At the limit, all reads of this kind are skipped. This class is thread-safe.
 */
final class AbandonableReads implements AutoCloseable {
    /**
     * After a read that hung, the owner gets no further reads for this many times as long. It can therefore take at most a
     * tenth of the caller's time, and a machine that is merely busy costs it seconds.
     */
    private static final int PENALTY = 10;

    /** The maximum time without reads after a read that hung, in nanoseconds. */
    private static final long MAX_PENALTY_NANOS = 60_000_000_000L;

    /** The maximum number of owners that are remembered after their read returned. */
    private static final int MAX_OWNERS = 1024;

    private static final Duration IDLE_TIME = Duration.ofSeconds(10);

    /** The number of threads that call {@link #read}: those of the lookups and of the rescan. */
    private static final int CALLERS = 2;

    /** A caller may find that the thread of its last read is not idle yet. */
    private static final int SPARE_THREADS = 2 * CALLERS;

    /** The end of a penalty that is not known yet. */
    private static final long HANGS = Long.MAX_VALUE;

    private final int maxAbandoned;
    private final long deadlineNanos;
    private final LongSupplier clock;
    private final ExecutorService threads;

    /** The end of the penalty by owner; {@link #HANGS} while its read hangs. */
    private final Map<String, Long> blocked = new HashMap<>();

    private final AtomicLong timedOut = new AtomicLong();
    private final AtomicLong skipped = new AtomicLong();
    private volatile int abandoned;
    private volatile String lastOwner = "";

    /**
     * Creates a runner without threads. It starts them when they are needed.
     *
     * @param name the name of its threads
     * @param maxAbandoned the maximum number of threads that hang
     * @param clock a monotonic clock in nanoseconds
     */
    AbandonableReads(String name, int maxAbandoned, Duration deadline, LongSupplier clock) {
        this.maxAbandoned = maxAbandoned;
        this.deadlineNanos = deadline.toNanos();
        this.clock = clock;
        this.threads = SupervisedThreads.directPool(name + "-", maxAbandoned + SPARE_THREADS, IDLE_TIME);
    }

    /**
     * Runs a read and waits for it, for at most the deadline.
     *
     * @param owner who controls the file, such as a container
     * @return empty if the read failed, was skipped, or did not return in time
     */
    <T> Optional<T> read(String owner, Callable<T> read) throws InterruptedException {
        if (!isAllowed(owner)) {
            skipped.incrementAndGet();
            return Optional.empty();
        }
        Read<T> task = new Read<>(owner, read);
        try {
            threads.execute(task);

            return Optional.ofNullable(task.get(deadlineNanos, TimeUnit.NANOSECONDS));
        } catch (ExecutionException | RejectedExecutionException e) {
            return Optional.empty();
        } catch (TimeoutException e) {
            abandon(task);
            return Optional.empty();
        }
    }

    /** Returns how many reads did not return in time. */
    long timedOut() {
        return timedOut.get();
    }

    /** Returns how many reads were skipped because an earlier one of the same owner, or too many others, did not return. */
    long skipped() {
        return skipped.get();
    }

    /** Returns the number of threads that hang. */
    int abandoned() {
        return abandoned;
    }

    /** Returns the owner of the last read that did not return in time; empty if there is none. */
    String lastOwner() {
        return lastOwner;
    }

    /** Ends the threads that do not hang. */
    @Override
    public void close() {
        threads.shutdownNow();
    }

    private synchronized boolean isAllowed(String owner) {
        Long until = blocked.get(owner);
        if (until != null && until != HANGS && clock.getAsLong() - until >= 0) {
            blocked.remove(owner);
            until = null;
        }
        return until == null && abandoned < maxAbandoned;
    }

    private synchronized void abandon(Read<?> task) {
        timedOut.incrementAndGet();
        lastOwner = task.owner;
        if (!task.returned) {
            task.abandoned = true;
            abandoned++;
            blocked.put(task.owner, HANGS);
        }
    }

    private synchronized void returned(Read<?> task) {
        task.returned = true;
        if (task.abandoned) {
            abandoned--;
            if (blocked.size() > MAX_OWNERS) {
                blocked.values().removeIf(until -> until != HANGS);
            }
            long now = clock.getAsLong();
            blocked.put(task.owner, now + Math.min(PENALTY * (now - task.startNanos), MAX_PENALTY_NANOS));
        }
    }

    /** One read. */
    private final class Read<T> extends FutureTask<T> {
        private final String owner;
        private final long startNanos = clock.getAsLong();
        private boolean abandoned;
        private boolean returned;

        Read(String owner, Callable<T> read) {
            super(read);
            this.owner = owner;
        }

        @Override
        protected void done() {
            returned(this);
        }
    }
}
