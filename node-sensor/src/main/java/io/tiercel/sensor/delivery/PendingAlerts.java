package io.tiercel.sensor.delivery;

import io.tiercel.rules.alert.Alert;
import io.tiercel.sensor.output.AlertQueue;
import io.tiercel.sensor.thread.SupervisedThread;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The alerts that the event thread has made and the thread {@code alert-writer} has not written yet, in order. The queue is bounded
 * in bytes. A full queue drops alerts of the rule that floods it ({@link AlertQueue}).
 *
 * <p>The lock is held only while alerts enter and leave the queue, never during a write.
 */
final class PendingAlerts {
    /** A second limit besides the bytes, since small alerts need more memory than their estimate. */
    private static final int MAX_ALERTS = 32_768;

    private static final long IDLE_NANOS = 100_000_000L;

    /** A task that waits until the alerts before it are written. */
    private record Task(long number, Runnable work) {}

    private final AlertWriter writer;
    private final Runnable onStart;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final AlertQueue queue;
    private final SupervisedThread thread = SupervisedThread.unstarted("alert-writer", this::run);
    private @Nullable Alert inFlight;
    private @Nullable Task task;
    private long writingSinceNanos;
    private boolean writing;
    private boolean draining;
    private boolean started;

    private PendingAlerts(AlertWriter writer, long maxBytes, Runnable onStart) {
        this.writer = writer;
        this.onStart = onStart;
        this.queue = new AlertQueue(MAX_ALERTS, maxBytes);
    }

    /**
     * Starts the thread.
     *
     * @param maxBytes maximum estimated size of the waiting alerts
     * @param onStart runs first on the thread
     */
    static PendingAlerts start(AlertWriter writer, long maxBytes, Runnable onStart) {
        PendingAlerts pending = new PendingAlerts(writer, maxBytes, onStart);
        pending.thread.start();
        return pending;
    }

    /** Adds an alert. Does not wait for the disk. */
    void add(Alert alert) {
        lock.lock();
        try {
            queue.add(alert);
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Runs a task on the thread after all alerts that wait now. There is at most one such task at a time. */
    void runAfterwards(Runnable work) {
        lock.lock();
        try {
            task = new Task(queue.added(), work);
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Returns true if a task waits or runs. */
    boolean hasTask() {
        lock.lock();
        try {
            return task != null;
        } finally {
            lock.unlock();
        }
    }

    PendingStatus status() {
        lock.lock();
        try {
            return new PendingStatus(
                    queue.size() + (inFlight == null ? 0 : 1),
                    queue.dropped(),
                    queue.droppedByRule(),
                    writing ? System.nanoTime() - writingSinceNanos : 0);
        } finally {
            lock.unlock();
        }
    }

    private void run() throws InterruptedException {
        if (!started) {
            started = true;
            onStart.run();
        }
        if (inFlight != null) {
            writer.countNotWritten(); // It made the previous run of the loop fail.
        }
        while (awaitWork()) {
            Alert alert = inFlight;
            if (alert == null) {
                writer.flushExpired();
            } else {
                writer.write(alert);
            }
        }
        writer.close();
        end();
    }

    /** Takes the next alert, or null after a pause without one. Returns false if no alert will follow. */
    private boolean awaitWork() throws InterruptedException {
        Task due = null;
        lock.lock();
        try {
            end();
            if (task != null && queue.oldest() >= task.number) {
                due = task;
            } else if (queue.isEmpty() && !draining) {
                long _ = changed.awaitNanos(IDLE_NANOS);
            }
            begin();
            if (due == null) {
                inFlight = queue.poll();
                return inFlight != null || !draining;
            }
        } finally {
            lock.unlock();
        }
        try {
            due.work.run();
            return true;
        } finally {
            removeTask();
        }
    }

    private void removeTask() {
        lock.lock();
        try {
            task = null;
        } finally {
            lock.unlock();
        }
    }

    private void begin() {
        writing = true;
        writingSinceNanos = System.nanoTime();
    }

    private void end() {
        lock.lock();
        try {
            writing = false;
            inFlight = null;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Writes the waiting alerts and the aggregated ones, up to the timeout. The thread is not interrupted, because that would close the
     * spool's files. It is abandoned if it hangs.
     *
     * @return the number of alerts that were not written
     */
    long stop(Duration timeout) {
        lock.lock();
        try {
            draining = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
        try {
            if (thread.join(timeout.plusMillis(1))) {
                return 0;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        lock.lock();
        try {
            long left = queue.size() + (inFlight == null ? 0 : 1);
            queue.dropAll();
            return left;
        } finally {
            lock.unlock();
        }
    }
}
