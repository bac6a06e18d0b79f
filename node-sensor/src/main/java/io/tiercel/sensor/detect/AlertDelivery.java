package io.tiercel.sensor.detect;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.AlertJson;
import io.tiercel.rules.alert.Priority;
import io.tiercel.sensor.output.AlertOutput;
import io.tiercel.sensor.output.QueuedOutput;
import io.tiercel.sensor.spool.AlertIdGenerator;
import io.tiercel.sensor.spool.Spool;
import io.tiercel.sensor.spool.SpoolException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Gives an alert its id, writes it to the spool, then to the outputs: what somebody has seen is on disk.
 *
 * <p>If the disk takes no more, the alert still goes to the outputs, and that it was not kept is counted.
 */
public final class AlertDelivery implements Consumer<Alert> {
    private static final Logger LOG = System.getLogger(AlertDelivery.class.getName());

    private final AlertIdGenerator ids;
    private final @Nullable Spool spool;
    private final @Nullable AlertAggregator folding;
    private final List<AlertOutput> outputs;
    private final AlertJson json = AlertJson.standard();
    private final AlertCounts counts = new AlertCounts();
    private long emitted;
    private long notKept;
    private boolean failing;

    /**
     * Delivers to the outputs in their order.
     *
     * @param ids numbers the alerts
     * @param spool keeps them; null if they are only printed
     * @param outputs where they go to
     */
    public AlertDelivery(AlertIdGenerator ids, @Nullable Spool spool, List<? extends AlertOutput> outputs) {
        this(ids, spool, null, outputs);
    }

    /** The same; what goes to the spool is folded. */
    public AlertDelivery(
            AlertIdGenerator ids,
            @Nullable Spool spool,
            @Nullable AlertAggregator folding,
            List<? extends AlertOutput> outputs) {
        this.ids = ids;
        this.spool = spool;
        this.folding = folding;
        this.outputs = List.copyOf(outputs);
    }

    @Override
    public void accept(Alert alert) {
        Alert numbered = keep(alert);
        for (AlertOutput output : outputs) {
            output.alert(numbered);
        }
        emitted++;
        counts.add(alert);
    }

    private Alert keep(Alert alert) {
        Alert numbered = alert;
        try {
            numbered = alert.withId(ids.next());
            if (folding != null) {
                folding.accept(numbered, System.nanoTime());
            } else if (spool != null) {
                spool.append(json.writeBytes(numbered), numbered.priority().ordinal());
            }
            failing = false;
        } catch (SpoolException e) {
            notKept++;
            logOnce(e);
        }
        return numbered;
    }

    /** Has folded alerts kept whose time has come; looked at every 100 ms or so. */
    void betweenEvents() {
        if (folding != null) {
            try {
                folding.endUntil(System.nanoTime());
            } catch (SpoolException e) {
                logOnce(e);
            }
        }
    }

    private void logOnce(SpoolException e) {
        if (!failing) {
            failing = true;
            LOG.log(Level.ERROR, "alerts are shown but not kept: " + e.getMessage());
        }
    }

    /** Alerts handed out so far. */
    public long emitted() {
        return emitted;
    }

    /** Alerts handed out so far, by rule; of a bounded number of rules, the rest together. */
    public SequencedMap<String, Long> byRule() {
        return counts.byRule();
    }

    /** Alerts handed out so far, by priority. */
    public Map<Priority, Long> byPriority() {
        return counts.byPriority();
    }

    /** Alerts that were handed out without being kept. */
    long notKept() {
        return notKept;
    }

    /** Those of the outputs that have a queue. */
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
