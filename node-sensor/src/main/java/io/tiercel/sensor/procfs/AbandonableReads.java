package io.tiercel.sensor.procfs;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs reads that may never return, each with a deadline.
 *
 * <p>A thread that waits for a FIFO, for FUSE or for a network file system cannot be interrupted. If a read misses its
 * deadline, its thread is abandoned: another one replaces it, and it ends when the kernel lets it go. Until then, and for a
 * while after, nothing more is read for the owner of that file. The number of abandoned threads is limited. At the limit, all
 * reads of this kind are skipped. This class is thread-safe.
 */
final class AbandonableReads {
    /**
     * After a read that hung, the owner gets no further reads for this many times as long. It can therefore take at most a
     * tenth of the reader's time, and a machine that is merely busy costs it seconds.
     */
    private static final int PENALTY = 10;

    /** The maximum time without reads after a read that hung, in nanoseconds. */
    private static final long MAX_PENALTY_NANOS = 60_000_000_000L;

    /** The maximum number of owners that are remembered after their read returned. */
    private static final int MAX_OWNERS = 1024;

    /** The end of a penalty that is not known yet. */
    private static final long HANGS = Long.MAX_VALUE;

    private final int maxAbandoned;
    private final long deadlineNanos;
    private final LongSupplier clock;

    /** The reads in progress whose threads are not abandoned: one for each thread of the sensor that reads. */
    private final List<Read> running = new ArrayList<>();

    /** The end of the penalty by owner; {@link #HANGS} while its read hangs. */
    private final Map<String, Long> blocked = new HashMap<>();

    private final AtomicLong timedOut = new AtomicLong();
    private final AtomicLong skipped = new AtomicLong();
    private volatile int abandoned;
    private volatile String lastOwner = "";

    private static final class Read {
        private final String owner;
        private final Runnable replaceThread;
        private final long startNanos;
        private boolean isAbandoned;

        Read(String owner, Runnable replaceThread, long startNanos) {
            this.owner = owner;
            this.replaceThread = replaceThread;
            this.startNanos = startNanos;
        }
    }

    /**
     * Creates a runner.
     *
     * @param maxAbandoned the maximum number of threads that hang
     * @param clock a monotonic clock in nanoseconds
     */
    AbandonableReads(int maxAbandoned, Duration deadline, LongSupplier clock) {
        this.maxAbandoned = maxAbandoned;
        this.deadlineNanos = deadline.toNanos();
        this.clock = clock;
    }

    /**
     * Runs a read on this thread.
     *
     * @param owner who controls the file, such as a container
     * @param replaceThread starts the thread that replaces this one if the read hangs
     * @return empty if the read failed or was skipped
     * @throws AbandonedReadException if another thread has replaced this one, which must end without further work
     */
    <T> Optional<T> read(String owner, Runnable replaceThread, Callable<T> read) throws AbandonedReadException {
        Read current = begin(owner, replaceThread);
        if (current == null) {
            skipped.incrementAndGet();
            return Optional.empty();
        }
        T result;
        try {
            result = read.call();
        } catch (Exception e) {
            result = null; // a process may end, and change its files, at any time
        }
        if (isAbandonedAtEnd(current)) {
            throw new AbandonedReadException();
        }
        return Optional.ofNullable(result);
    }

    /** Abandons the threads whose reads missed their deadline. Called repeatedly; never waits for a read. */
    void abandonHanging() {
        List<Read> hanging = hanging();
        hanging.forEach(read -> read.replaceThread.run());
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

    private synchronized @Nullable Read begin(String owner, Runnable replaceThread) {
        long now = clock.getAsLong();
        Long until = blocked.get(owner);
        if (until != null && (until == HANGS || now - until < 0) || abandoned >= maxAbandoned) {
            return null;
        }
        blocked.remove(owner);
        Read read = new Read(owner, replaceThread, now);
        running.add(read);
        return read;
    }

    private synchronized boolean isAbandonedAtEnd(Read read) {
        if (!read.isAbandoned) {
            running.remove(read);
            return false;
        }
        abandoned--;
        if (blocked.size() > MAX_OWNERS) {
            blocked.values().removeIf(until -> until != HANGS);
        }
        long now = clock.getAsLong();
        blocked.put(read.owner, now + Math.min(PENALTY * (now - read.startNanos), MAX_PENALTY_NANOS));
        return true;
    }

    private synchronized List<Read> hanging() {
        if (running.isEmpty()) {
            return List.of();
        }
        long now = clock.getAsLong();
        List<Read> hanging = running.stream()
                .filter(read -> now - read.startNanos > deadlineNanos)
                .toList();
        for (Read read : hanging) {
            running.remove(read);
            read.isAbandoned = true;
            abandoned++;
            timedOut.incrementAndGet();
            lastOwner = read.owner;
            blocked.put(read.owner, HANGS);
        }
        return hanging;
    }
}
