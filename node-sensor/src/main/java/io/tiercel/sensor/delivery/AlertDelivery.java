package io.tiercel.sensor.delivery;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.Priority;
import io.tiercel.sensor.output.QueuedOutput;
import io.tiercel.sensor.output.RefusedAlerts;
import io.tiercel.sensor.spool.SpoolCounts;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where the event thread leaves its alerts. On a live node, a worker writes them ({@link AlertWriter}), so that no method except
 * {@link #stop} waits for a disk. In a replay, {@link #accept} writes the alert itself, so that none is dropped.
 */
public final class AlertDelivery implements Consumer<Alert> {
    private static final Logger LOG = System.getLogger(AlertDelivery.class.getName());

    /** The part of the maximum heap that waiting alerts may use: a sixteenth, 8 MiB in the default heap. */
    private static final int HEAP_PART = 16;

    private final AlertWriter writer;
    private final @Nullable PendingAlerts pending;
    private final RefusedAlerts refused = new RefusedAlerts();
    private boolean hangingLogged;

    private AlertDelivery(AlertWriter writer, @Nullable PendingAlerts pending) {
        this.writer = writer;
        this.pending = pending;
    }

    /** Creates a delivery that writes alerts on the calling thread. */
    public static AlertDelivery direct(AlertWriter writer) {
        return new AlertDelivery(writer, null);
    }

    /**
     * Creates a delivery whose alerts a worker writes.
     *
     * @param onStart runs first on the worker's thread
     */
    public static AlertDelivery queued(AlertWriter writer, Runnable onStart) {
        return queued(writer, Runtime.getRuntime().maxMemory() / HEAP_PART, onStart);
    }

    static AlertDelivery queued(AlertWriter writer, long maxBytes, Runnable onStart) {
        return new AlertDelivery(writer, PendingAlerts.start(writer, maxBytes, onStart));
    }

    @Override
    public void accept(Alert alert) {
        if (pending == null) {
            writer.write(alert);
        } else {
            pending.add(alert);
        }
    }

    /** Returns the alerts that the receiver refused. The shipper adds them. */
    public RefusedAlerts refused() {
        return refused;
    }

    /** Returns the number of alerts emitted so far: they are on disk, unless the spool failed, and were passed to the outputs. */
    public long emitted() {
        return writer.emitted();
    }

    /** Returns the number of emitted alerts by rule. The number of distinct rules is bounded. */
    public SequencedMap<String, Long> byRule() {
        return writer.counts().byRule();
    }

    /** Returns the number of emitted alerts by priority. */
    public Map<Priority, Long> byPriority() {
        return writer.counts().byPriority();
    }

    /** Returns the number of alerts that could not be written to the spool. */
    public long notWritten() {
        return writer.notWritten();
    }

    /** Returns the alerts that wait to be written. */
    public PendingStatus pending() {
        return pending == null ? PendingStatus.NONE : pending.status();
    }

    /** Returns the outputs that have a queue. */
    public List<QueuedOutput> queuedOutputs() {
        return writer.queuedOutputs();
    }

    /** Returns the counters of the spool; null without a spool, or while {@link #markReported} is in progress. */
    public @Nullable SpoolCounts spoolCounts() {
        return pending != null && pending.hasTask() ? null : writer.spoolCounts();
    }

    /** Marks the losses in these counts as reported, after all alerts before are written. */
    public void markReported(SpoolCounts counts) {
        if (pending == null) {
            writer.markReported(counts);
        } else {
            pending.runAfterwards(() -> writer.markReported(counts));
        }
    }

    /** Logs when the disk begins to hang and when it answers again. The event thread calls this method once a second. */
    public void logHanging() {
        boolean hanging = pending().isHanging();
        if (hanging != hangingLogged) {
            hangingLogged = hanging;
            LOG.log(
                    hanging ? Level.ERROR : Level.WARNING,
                    hanging
                            ? "the spool's disk does not answer; alerts wait in memory and are not emitted"
                            : "the spool's disk answers again");
        }
    }

    /**
     * Writes the waiting alerts and the aggregated ones, for at most {@code timeout}. No alert may follow.
     *
     * @return the number of alerts that were not written and are lost
     */
    public long stop(Duration timeout) {
        if (pending == null) {
            writer.close();
            return 0;
        }
        return pending.stop(timeout);
    }
}
