package io.tiercel.sensor.detect;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.AlertJson;
import io.tiercel.rules.alert.Priority;
import io.tiercel.sensor.identity.InstanceId;
import io.tiercel.sensor.output.AlertOutput;
import io.tiercel.sensor.output.QueuedOutput;
import io.tiercel.sensor.output.RefusedAlerts;
import io.tiercel.sensor.spool.AlertIdGenerator;
import io.tiercel.sensor.spool.Spool;
import io.tiercel.sensor.spool.SpoolException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Assigns an id to each alert, writes it to the spool and then passes it to the outputs. An alert is therefore on disk
 * before anyone sees it.
 *
 * <p>If the spool fails, the alert still goes to the outputs, and is counted as not written.
 */
public final class AlertDelivery implements Consumer<Alert> {
    /** Output field: id of the EC2 instance that the sensor runs on. Absent if unknown. */
    static final String INSTANCE_ID = "ec2.instance.id";

    /** Output field: where the sensor read the instance id, {@code dmi} or {@code imds}. */
    static final String INSTANCE_SOURCE = "ec2.instance.source";

    private static final Logger LOG = System.getLogger(AlertDelivery.class.getName());

    private final AlertIdGenerator ids;
    private final @Nullable Spool spool;
    private final @Nullable AlertAggregator aggregator;
    private final List<AlertOutput> outputs;
    private final Supplier<Optional<InstanceId>> instance;
    private final AlertJson json = AlertJson.defaults();
    private final AlertCounts counts = new AlertCounts();
    private final RefusedAlerts refused = new RefusedAlerts();
    private long emitted;
    private long notWritten;
    private boolean spoolFailing;

    /**
     * Creates a delivery without aggregation.
     *
     * @param ids generates the ids of alerts
     * @param spool stores the alerts; null if alerts only go to the outputs
     * @param outputs outputs, called in this order
     */
    public AlertDelivery(AlertIdGenerator ids, @Nullable Spool spool, List<? extends AlertOutput> outputs) {
        this(ids, spool, null, outputs, Optional::empty);
    }

    /**
     * Creates a delivery that aggregates alerts before they go to the spool. The outputs receive every alert.
     *
     * @param instance the EC2 instance that the sensor runs on, which becomes output fields of every alert; never waits
     */
    public AlertDelivery(
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

    /** Returns the alerts that the receiver refused. The shipper adds them. */
    public RefusedAlerts refused() {
        return refused;
    }

    @Override
    public void accept(Alert alert) {
        Alert alertWithId = store(withInstance(alert));
        for (AlertOutput output : outputs) {
            output.alert(alertWithId);
        }
        emitted++;
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
            notWritten++;
            logOnce(e);
        }
        return alertWithId;
    }

    /** Flushes aggregated alerts whose window has ended. Called about every 100 ms. */
    void betweenEvents() {
        if (aggregator != null) {
            try {
                aggregator.flushExpired(System.nanoTime());
            } catch (SpoolException e) {
                logOnce(e);
            }
        }
    }

    private void logOnce(SpoolException e) {
        if (!spoolFailing) {
            spoolFailing = true;
            LOG.log(Level.ERROR, "cannot write alerts to the spool, they go to the outputs only: " + e.getMessage());
        }
    }

    /** Returns the number of alerts emitted so far. */
    public long emitted() {
        return emitted;
    }

    /** Returns the number of alerts by rule. The number of distinct rules is bounded. */
    public SequencedMap<String, Long> byRule() {
        return counts.byRule();
    }

    /** Returns the number of alerts by priority. */
    public Map<Priority, Long> byPriority() {
        return counts.byPriority();
    }

    /** Returns the number of alerts that could not be written to the spool. */
    long notWritten() {
        return notWritten;
    }

    /** Returns the outputs that have a queue. */
    public List<QueuedOutput> queuedOutputs() {
        return outputs.stream()
                .filter(QueuedOutput.class::isInstance)
                .map(QueuedOutput.class::cast)
                .toList();
    }

    @Nullable
    Spool spool() {
        return spool;
    }
}
