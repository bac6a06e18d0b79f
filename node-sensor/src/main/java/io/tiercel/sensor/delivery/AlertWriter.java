package io.tiercel.sensor.delivery;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.AlertJson;
import io.tiercel.sensor.identity.InstanceId;
import io.tiercel.sensor.output.AlertOutput;
import io.tiercel.sensor.output.QueuedOutput;
import io.tiercel.sensor.spool.AlertIdGenerator;
import io.tiercel.sensor.spool.Spool;
import io.tiercel.sensor.spool.SpoolCounts;
import io.tiercel.sensor.spool.SpoolException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Assigns an id to each alert, writes it to the spool and then passes it to the outputs. An alert is therefore on disk
 * before anyone sees it.
 *
 * <p>If the spool fails, the alert still goes to the outputs, and is counted as not written. One thread writes; others may read
 * the counters.
 */
public final class AlertWriter {
    /** Output field: id of the EC2 instance that the sensor runs on. Absent if unknown. */
    public static final String INSTANCE_ID = "ec2.instance.id";

    /** Output field: where the sensor read the instance id, {@code dmi} or {@code imds}. */
    public static final String INSTANCE_SOURCE = "ec2.instance.source";

    /**
     * Rule of heartbeats. They go to the spool only and are not counted as emitted: the other outputs are for people, and somebody
     * who reads them expects no message a minute.
     */
    public static final String HEARTBEAT = "Tiercel internal: heartbeat";

    private static final Logger LOG = System.getLogger(AlertWriter.class.getName());

    private final AlertIdGenerator ids;
    private final @Nullable Spool spool;
    private final @Nullable AlertAggregator aggregator;
    private final List<AlertOutput> outputs;
    private final Supplier<Optional<InstanceId>> instance;
    private final AlertJson json = AlertJson.defaults();
    private final AlertCounts counts = new AlertCounts();
    private final AtomicLong emitted = new AtomicLong();
    private final AtomicLong notWritten = new AtomicLong();
    private boolean spoolFailing;

    /**
     * Creates a writer without aggregation.
     *
     * @param ids generates the ids of alerts
     * @param spool stores the alerts; null if alerts only go to the outputs
     * @param outputs outputs, called in this order
     */
    public AlertWriter(AlertIdGenerator ids, @Nullable Spool spool, List<? extends AlertOutput> outputs) {
        this(ids, spool, null, outputs, Optional::empty);
    }

    /**
     * Creates a writer that aggregates alerts before they go to the spool. The outputs receive every alert.
     *
     * @param aggregator aggregates alerts; null for none. {@link #close} closes it
     * @param instance the EC2 instance that the sensor runs on, which becomes output fields of every alert; never waits
     */
    public AlertWriter(
            AlertIdGenerator ids,
            @Nullable Spool spool,
            @Nullable AlertAggregator aggregator,
            List<? extends AlertOutput> outputs,
            Supplier<Optional<InstanceId>> instance) {
        this.instance = instance;
        this.ids = ids;
        this.spool = spool;
        this.aggregator = aggregator;
        this.outputs = List.copyOf(outputs);
    }

    /** Writes an alert and passes it to the outputs. */
    void write(Alert alert) {
        Alert alertWithId = store(withInstance(alert));
        if (alert.source().equals(Alert.INTERNAL) && alert.rule().equals(HEARTBEAT)) {
            return;
        }
        for (AlertOutput output : outputs) {
            output.alert(alertWithId);
        }
        emitted.incrementAndGet();
        counts.add(alert);
    }

    private Alert withInstance(Alert alert) {
        return instance.get()
                .map(known -> alert.withOutputFields(Map.of(
                        INSTANCE_ID, known.id(), INSTANCE_SOURCE, known.source().label())))
                .orElse(alert);
    }

    private Alert store(Alert alert) {
        Alert alertWithId = alert;
        try {
            alertWithId = alert.withId(ids.next());
            if (aggregator != null) {
                aggregator.accept(AlertCutter.fit(alertWithId, json), System.nanoTime());
            } else if (spool != null) {
                spool.append(
                        json.writeBytes(AlertCutter.fit(alertWithId, json)),
                        alertWithId.priority().ordinal());
            }
            spoolFailing = false;
        } catch (SpoolException e) {
            countNotWritten();
            logOnce(e);
        }
        return alertWithId;
    }

    /** Counts an alert that was not written. */
    void countNotWritten() {
        notWritten.incrementAndGet();
    }

    /** Moves aggregated alerts whose window has ended to the spool. */
    void flushExpired() {
        if (aggregator != null) {
            try {
                aggregator.flushExpired(System.nanoTime());
            } catch (SpoolException e) {
                logOnce(e);
            }
        }
    }

    /** Moves all aggregated alerts to the spool. Those that cannot be moved stay on disk until the next start. */
    void close() {
        if (aggregator != null) {
            try {
                aggregator.close();
            } catch (SpoolException e) {
                LOG.log(Level.WARNING, e.getMessage());
            }
        }
    }

    private void logOnce(SpoolException e) {
        if (!spoolFailing) {
            spoolFailing = true;
            LOG.log(Level.ERROR, "cannot write alerts to the spool, they go to the outputs only: " + e.getMessage());
        }
    }

    /** Marks the losses in these counts as reported. */
    void markReported(SpoolCounts reported) {
        if (spool != null) {
            try {
                spool.markReported(reported);
            } catch (SpoolException e) {
                LOG.log(Level.WARNING, e.getMessage());
            }
        }
    }

    /** Returns the counters of the spool without waiting for it; null without a spool. */
    @Nullable
    SpoolCounts spoolCounts() {
        return spool == null ? null : spool.counts();
    }

    long emitted() {
        return emitted.get();
    }

    /** Returns the number of alerts that could not be written to the spool. */
    long notWritten() {
        return notWritten.get();
    }

    AlertCounts counts() {
        return counts;
    }

    /** Returns the outputs that have a queue. */
    List<QueuedOutput> queuedOutputs() {
        return outputs.stream()
                .filter(QueuedOutput.class::isInstance)
                .map(QueuedOutput.class::cast)
                .toList();
    }
}
