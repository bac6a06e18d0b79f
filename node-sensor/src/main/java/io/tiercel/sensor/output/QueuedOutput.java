package io.tiercel.sensor.output;

import io.tiercel.rules.alert.Alert;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * An output with a queue and a thread of its own, so that one that is slow or broken holds up neither the sensor nor
 * another output.
 *
 * <p>An alert that is not taken is tried again, after longer and longer waits, until it is or the full queue pushes it
 * out: the oldest goes first. What went is counted, and {@code LossReport} says so.
 */
public final class QueuedOutput implements AlertOutput, AutoCloseable {
    /** Most alerts that wait if nothing else is said. */
    public static final int DEFAULT_CAPACITY = 8_192;

    private static final Logger LOG = System.getLogger(QueuedOutput.class.getName());

    private final String name;
    private final AlertSink sink;
    private final int capacity;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Alert> queue = new ArrayDeque<>();
    private final Backoff backOff = new Backoff();
    private final Thread thread;
    private long sent;
    private long retried;
    private long refused;
    private long dropped;
    private @Nullable Alert inHand;
    private boolean draining;
    private boolean failing;

    private QueuedOutput(String name, AlertSink sink, int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("an output's queue holds at least 1 alert, not " + capacity);
        }
        this.name = name;
        this.sink = sink;
        this.capacity = capacity;
        this.thread = Thread.ofPlatform().daemon().name("output-" + name).unstarted(this::run);
    }

    /**
     * Starts an output.
     *
     * @param name for people and metrics, e.g. {@code file}
     * @param capacity most alerts that wait, at least 1
     */
    public static QueuedOutput start(String name, AlertSink sink, int capacity) {
        QueuedOutput output = new QueuedOutput(name, sink, capacity);
        output.thread.start();
        return output;
    }

    public String name() {
        return name;
    }

    /** Queues an alert; never waits for the receiver. */
    @Override
    public void alert(Alert alert) {
        lock.lock();
        try {
            if (queue.size() >= capacity) {
                queue.removeFirst();
                dropped++;
            }
            queue.addLast(alert);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    public OutputCounts counts() {
        lock.lock();
        try {
            return new OutputCounts(sent, retried, refused, dropped, waiting());
        } finally {
            lock.unlock();
        }
    }

    private int waiting() {
        return queue.size() + (inHand == null ? 0 : 1);
    }

    private void run() {
        try {
            for (Alert alert = next(); alert != null; alert = next()) {
                deliver(alert);
            }
        } catch (InterruptedException e) {
            // told to stop: what is left is counted by close
        }
    }

    private @Nullable Alert next() throws InterruptedException {
        lock.lock();
        try {
            inHand = null;
            changed.signalAll();
            while (queue.isEmpty() && !draining) {
                changed.await();
            }
            inHand = queue.pollFirst();
            return inHand;
        } finally {
            lock.unlock();
        }
    }

    private void deliver(Alert alert) throws InterruptedException {
        OutgoingAlert outgoing = new OutgoingAlert(alert);
        while (true) {
            try {
                sink.write(outgoing);
                count(true);
                backOff.reset();
                return;
            } catch (AlertSink.RefusedException e) {
                LOG.log(Level.WARNING, "output " + name + " refuses an alert: " + e.getMessage());
                count(false);
                return;
            } catch (IOException e) {
                if (!failing) {
                    failing = true;
                    LOG.log(Level.WARNING, "output " + name + " fails (" + reason(e) + "); its alerts wait");
                }
            }
            if (!waitForAnotherTry(backOff.nextMillis())) {
                return;
            }
        }
    }

    private void count(boolean taken) {
        lock.lock();
        try {
            if (taken) {
                sent++;
            } else {
                refused++;
            }
            inHand = null;
        } finally {
            lock.unlock();
        }
        if (failing && taken) {
            failing = false;
            LOG.log(Level.INFO, "output " + name + " works again");
        }
    }

    /** Waits; false if the alert has to go meanwhile, because newer ones fill the queue. */
    private boolean waitForAnotherTry(long millis) throws InterruptedException {
        lock.lock();
        try {
            long nanos = TimeUnit.MILLISECONDS.toNanos(millis);
            while (nanos > 0 && queue.size() < capacity) {
                nanos = changed.awaitNanos(nanos);
            }
            if (queue.size() >= capacity) {
                dropped++;
                inHand = null;
                return false;
            }
            retried++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    /** {@link #stop} with two seconds' time. */
    @Override
    public void close() {
        stop(Duration.ofSeconds(2));
    }

    /** {@link #stop} for several at once, which together have the time given. */
    public static void stopAll(List<QueuedOutput> outputs, Duration atMost) {
        long end = System.nanoTime() + atMost.toNanos();
        outputs.forEach(QueuedOutput::drain);
        outputs.forEach(output -> output.stop(Duration.ofNanos(Math.max(0, end - System.nanoTime()))));
    }

    private void drain() {
        lock.lock();
        try {
            draining = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Writes what waits for as long as the receiver takes it, at most for the time given, and stops. */
    public void stop(Duration atMost) {
        try {
            drain();
            thread.join(atMost.plusMillis(1));
            sink.close();
            thread.interrupt();
            thread.join(Duration.ofMillis(500));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            sink.close();
        }
        lock.lock();
        try {
            dropped += waiting();
            queue.clear();
            inHand = null;
        } finally {
            lock.unlock();
        }
    }
}
