package io.tiercel.sensor.output;

import io.tiercel.rules.alert.Alert;
import io.tiercel.sensor.thread.SupervisedThread;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * An output with its own queue and thread, so that a slow or broken destination delays neither the sensor nor other
 * outputs.
 *
 * <p>The output retries a failed alert with growing delays, until the write succeeds. If the queue is full, it puts the alert at
 * the end and continues with the next one. A full queue drops alerts of the rule that floods it ({@link AlertQueue}). Dropped
 * alerts are counted, and an internal alert reports them.
 */
public final class QueuedOutput implements AlertOutput, AutoCloseable {
    /** Default capacity of the queue. */
    public static final int DEFAULT_CAPACITY = 8_192;

    /** The part of the maximum heap that the alerts of a queue may use: a sixteenth, 8 MiB in the default heap. */
    private static final int HEAP_PART = 16;

    private static final Logger LOG = System.getLogger(QueuedOutput.class.getName());

    private final String name;
    private final AlertSink sink;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final AlertQueue queue;
    private final Backoff backoff = new Backoff();
    private final SupervisedThread thread;
    private long sent;
    private long retried;
    private long rejected;
    private @Nullable Alert inFlight;
    private boolean draining;
    private boolean failing;

    private QueuedOutput(String name, AlertSink sink, int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("the capacity of a queue must be at least 1, not " + capacity);
        }
        this.name = name;
        this.sink = sink;
        this.queue = new AlertQueue(capacity, Runtime.getRuntime().maxMemory() / HEAP_PART);
        this.thread = SupervisedThread.unstarted("output-" + name, this::run);
    }

    /**
     * Starts an output.
     *
     * @param name name for messages and metrics, e.g. {@code file}
     * @param capacity maximum number of queued alerts, at least 1
     */
    public static QueuedOutput start(String name, AlertSink sink, int capacity) {
        QueuedOutput output = new QueuedOutput(name, sink, capacity);
        output.thread.start();
        return output;
    }

    public String name() {
        return name;
    }

    /** Queues an alert. This method never waits for the destination. */
    @Override
    public void alert(Alert alert) {
        lock.lock();
        try {
            queue.add(alert);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    public OutputCounts counts() {
        lock.lock();
        try {
            return new OutputCounts(sent, retried, rejected, queue.dropped(), waiting());
        } finally {
            lock.unlock();
        }
    }

    /** Returns the number of alerts that the full queue dropped, by rule. The number of names is bounded. */
    public SortedMap<String, Long> droppedByRule() {
        lock.lock();
        try {
            return queue.droppedByRule();
        } finally {
            lock.unlock();
        }
    }

    private int waiting() {
        return queue.size() + (inFlight == null ? 0 : 1);
    }

    /** Writes alerts until the end. After a failure of the sink, the restarted thread gives up the alert that caused it. */
    private void run() throws InterruptedException {
        if (inFlight != null) {
            count(false);
        }
        for (Alert alert = next(); alert != null; alert = next()) {
            deliver(alert);
        }
    }

    private @Nullable Alert next() throws InterruptedException {
        lock.lock();
        try {
            inFlight = null;
            changed.signalAll();
            while (queue.isEmpty() && !draining) {
                changed.await();
            }
            inFlight = queue.poll();
            return inFlight;
        } finally {
            lock.unlock();
        }
    }

    private void deliver(Alert alert) throws InterruptedException {
        OutgoingAlert outgoing = new OutgoingAlert(alert);
        while (true) {
            Duration requested = Duration.ZERO;
            try {
                sink.write(outgoing);
                count(true);
                backoff.reset();
                return;
            } catch (AlertSink.RejectedException e) {
                LOG.log(Level.WARNING, "output " + name + " rejected an alert: " + e.getMessage());
                count(false);
                return;
            } catch (IOException e) {
                requested = e instanceof AlertSink.RetryException retry ? retry.retryAfter() : requested;
                if (!failing) {
                    failing = true;
                    LOG.log(Level.WARNING, "output " + name + " failed (" + reason(e) + "); retrying");
                }
            }
            if (!awaitRetry(backoff.nextDelayMillis(requested))) {
                return;
            }
        }
    }

    private void count(boolean written) {
        lock.lock();
        try {
            if (written) {
                sent++;
            } else {
                rejected++;
            }
            inFlight = null;
        } finally {
            lock.unlock();
        }
        if (failing && written) {
            failing = false;
            LOG.log(Level.INFO, "output " + name + " recovered");
        }
    }

    /** Waits before the next attempt. Returns false if the queue is full. This alert is then at its end. */
    private boolean awaitRetry(long millis) throws InterruptedException {
        lock.lock();
        try {
            long nanos = TimeUnit.MILLISECONDS.toNanos(millis);
            while (nanos > 0 && !queue.isFull()) {
                nanos = changed.awaitNanos(nanos);
            }
            retried++;
            Alert retry = inFlight;
            if (queue.isFull() && retry != null) {
                inFlight = null;
                queue.add(retry);
                return false;
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    /** Stops with a timeout of two seconds. */
    @Override
    public void close() {
        stop(Duration.ofSeconds(2));
    }

    /** Stops several outputs with one common timeout. */
    public static void stopAll(List<QueuedOutput> outputs, Duration timeout) {
        long end = System.nanoTime() + timeout.toNanos();
        outputs.forEach(QueuedOutput::startDraining);
        outputs.forEach(output -> output.stop(Duration.ofNanos(Math.max(0, end - System.nanoTime()))));
    }

    private void startDraining() {
        lock.lock();
        try {
            draining = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Writes the queued alerts for as long as the destination accepts them, up to the timeout, and stops. */
    public void stop(Duration timeout) {
        try {
            startDraining();
            boolean _ = thread.join(timeout.plusMillis(1));
            sink.close();
            thread.stop();
            boolean _ = thread.join(Duration.ofMillis(500));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            sink.close();
        }
        lock.lock();
        try {
            if (inFlight != null) {
                queue.add(inFlight);
                inFlight = null;
            }
            queue.dropAll();
        } finally {
            lock.unlock();
        }
    }
}
