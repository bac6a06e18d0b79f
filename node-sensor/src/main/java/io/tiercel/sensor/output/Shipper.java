package io.tiercel.sensor.output;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.AlertJson;
import io.tiercel.rules.alert.InvalidAlertException;
import io.tiercel.sensor.output.BatchTarget.BatchResult;
import io.tiercel.sensor.output.BatchTarget.DeliveryStatus;
import io.tiercel.sensor.spool.Spool;
import io.tiercel.sensor.spool.SpoolException;
import io.tiercel.sensor.spool.SpooledAlert;
import io.tiercel.sensor.thread.SupervisedThread;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Delivers the alerts of the spool in order, one batch at a time, and removes them only after the receiver stored them.
 *
 * <p>Delivery is at least once: if a response is lost, the shipper sends the batch again. Receivers identify alerts by
 * their ids. If the receiver stored only part of a batch, the shipper sends the rest before any newer alert.
 *
 * <p>While the receiver fails, the shipper waits for growing intervals ({@link CircuitBreaker}), and as long as the receiver requests. It moves alerts that
 * the receiver rejects to {@code refused.jsonl}, so that one bad alert does not block the others.
 */
public final class Shipper implements AutoCloseable {
    private static final long IDLE_WAIT_MS = 1_000;
    private static final long UNKNOWN = Long.MIN_VALUE;
    private static final Logger LOG = System.getLogger(Shipper.class.getName());

    private final Spool spool;
    private final BatchTarget target;
    private final RejectedAlertFile rejectedFile;
    private final CircuitBreaker breaker;
    private final AtomicLong delivered = new AtomicLong();
    private final RefusedAlerts refused;
    private final AtomicLong succeededBatches = new AtomicLong();
    private final AtomicLong failedBatches = new AtomicLong();
    private final CountDownLatch draining = new CountDownLatch(1);
    private final SupervisedThread thread;
    /** The batch that was read last. */
    private List<SpooledAlert> batch = List.of();
    /** The alerts of the batch that must be sent again. */
    private List<SpooledAlert> pendingRetry = List.of();

    private volatile long oldestEpochNanos = UNKNOWN;
    /** How long the receiver wants no further batch. */
    private Duration retryAfter = Duration.ZERO;

    private boolean failing;

    /**
     * Starts a shipper.
     *
     * @param spool alerts to send
     * @param target receiver; closed with the shipper
     * @param folder folder of {@code refused.jsonl}
     * @param refused counts the alerts that the receiver refuses
     */
    public static Shipper start(Spool spool, BatchTarget target, Path folder, RefusedAlerts refused) {
        return start(spool, target, folder, refused, new CircuitBreaker(CircuitBreaker.MAX_DELAY_MS));
    }

    /** Starts a shipper whose refused alerts only {@link #counts} tells. */
    public static Shipper start(Spool spool, BatchTarget target, Path folder) {
        return start(spool, target, folder, new RefusedAlerts());
    }

    static Shipper start(Spool spool, BatchTarget target, Path folder, RefusedAlerts refused, CircuitBreaker breaker) {
        Shipper shipper = new Shipper(spool, target, folder, refused, breaker);
        shipper.thread.start();
        return shipper;
    }

    private Shipper(Spool spool, BatchTarget target, Path folder, RefusedAlerts refused, CircuitBreaker breaker) {
        this.refused = refused;
        this.spool = spool;
        this.target = target;
        this.rejectedFile = new RejectedAlertFile(folder);
        this.breaker = breaker;
        this.thread = SupervisedThread.unstarted("alert-shipper", this::run);
    }

    /** Returns the counters. Any thread may call this method. */
    public ShipperCounts counts() {
        boolean pending = spool.counts().pending() > 0 && oldestEpochNanos != UNKNOWN;
        double age = pending ? System.currentTimeMillis() / 1e3 - oldestEpochNanos / 1e9 : 0;
        return new ShipperCounts(
                delivered.get(),
                refused.totals().byCode(),
                succeededBatches.get(),
                failedBatches.get(),
                breaker.isOpen(),
                Math.max(0, age));
    }

    private void run() {
        try {
            while (true) {
                boolean stopping = draining.getCount() == 0;
                if (pendingRetry.isEmpty() && !spool.await(stopping ? 0 : IDLE_WAIT_MS)) {
                    if (stopping) {
                        return;
                    }
                } else if (!sendNext()) {
                    if (stopping) {
                        return;
                    }
                    boolean _ = draining.await(breaker.nextDelayMillis(retryAfter), TimeUnit.MILLISECONDS);
                }
            }
        } catch (InterruptedException e) {
            // Stopping: the remaining alerts stay in the spool.
        }
    }

    /** Sends the next alerts. Returns false if the receiver accepted none of them. */
    private boolean sendNext() throws InterruptedException {
        try {
            List<SpooledAlert> next = next();
            if (next.isEmpty()) {
                return true;
            }
            BatchResult result = target.send(next);
            retryAfter = result.retryAfter();
            if (result.statuses().stream().allMatch(status -> status == DeliveryStatus.RETRY)) {
                failedBatches.incrementAndGet();
                recordFailure(result.detail());
                return false;
            }
            succeededBatches.incrementAndGet();
            acknowledge(next, result);
            recordSuccess();
            return true;
        } catch (SpoolException | IOException e) {
            pendingRetry = List.of();
            retryAfter = Duration.ZERO;
            recordFailure(String.valueOf(e.getMessage()));
            return false;
        }
    }

    private List<SpooledAlert> next() throws SpoolException {
        int maxAlerts = breaker.isOpen() ? 1 : target.maxAlerts();
        if (pendingRetry.isEmpty()) {
            batch = spool.peek(maxAlerts, target.maxBytes());
            if (!batch.isEmpty()) {
                oldestEpochNanos = time(batch.getFirst());
            }
            return batch;
        }
        return pendingRetry.subList(0, Math.min(maxAlerts, pendingRetry.size()));
    }

    private static long time(SpooledAlert alert) {
        Alert read = parsed(alert);
        return read == null ? UNKNOWN : read.timeNanos();
    }

    /** Counts each alert, and acknowledges all alerts before the first one that must be sent again. */
    private void acknowledge(List<SpooledAlert> sent, BatchResult result) throws SpoolException, IOException {
        List<SpooledAlert> retry = new ArrayList<>();
        for (int i = 0; i < sent.size(); i++) {
            BatchTarget.AlertResult alert = result.alerts().get(i);
            switch (alert.status()) {
                case STORED -> delivered.incrementAndGet();
                case REJECTED -> reject(sent.get(i), alert.refusal());
                case RETRY -> retry.add(sent.get(i));
            }
        }
        if (!pendingRetry.isEmpty()) {
            retry.addAll(pendingRetry.subList(sent.size(), pendingRetry.size()));
        }
        pendingRetry = retry;
        int done = retry.isEmpty() ? batch.size() : batch.indexOf(retry.getFirst());
        if (done > 0) {
            spool.acknowledge(batch.get(done - 1));
        }
    }

    private void reject(SpooledAlert alert, @Nullable Refusal refusal) throws IOException {
        rejectedFile.add(alert.json());
        refused.add(
                parsed(alert),
                refusal == null ? new Refusal(Refusal.UNKNOWN, "no reason") : refusal,
                rejectedFile.file().toString());
    }

    /** Returns the alert; null if it cannot be read, which may be the reason why it was refused. */
    private static @Nullable Alert parsed(SpooledAlert alert) {
        try {
            return AlertJson.read(alert.json());
        } catch (InvalidAlertException e) {
            return null;
        }
    }

    private void recordSuccess() {
        breaker.recordSuccess();
        if (failing) {
            failing = false;
            LOG.log(Level.INFO, "delivery to " + target + " recovered");
        }
    }

    private void recordFailure(String reason) {
        if (!failing) {
            failing = true;
            LOG.log(
                    Level.WARNING,
                    "cannot deliver alerts to " + target + " (" + reason + "); they stay in the spool, retrying");
        }
        if (breaker.recordFailure()) {
            LOG.log(
                    Level.WARNING,
                    target + " has failed " + CircuitBreaker.FAILURE_THRESHOLD + " times in a row (" + reason
                            + "); probing it with single alerts at growing intervals");
        }
    }

    /** Stops with a timeout of one second. */
    @Override
    public void close() throws InterruptedException {
        stop(Duration.ofSeconds(1));
    }

    /**
     * Sends the remaining alerts for as long as the receiver accepts them, up to the timeout, and stops.
     *
     * @return whether the spool is empty
     */
    public boolean stop(Duration timeout) throws InterruptedException {
        draining.countDown();
        boolean _ = thread.join(timeout);
        thread.stop();
        boolean _ = thread.join(Duration.ofSeconds(1));
        target.close();
        return spool.counts().pending() == 0;
    }
}
