package io.tiercel.sensor.detect;

import io.tiercel.rules.alert.Priority;
import io.tiercel.sensor.bpf.LossCounters;
import io.tiercel.sensor.event.EventStream;
import io.tiercel.sensor.spool.Spool;
import io.tiercel.sensor.spool.SpoolCounts;
import io.tiercel.sensor.spool.SpoolException;
import io.tiercel.sensor.thread.ThreadFailures;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reports losses of events, alerts and outputs with alerts of source {@code internal}. */
final class LossReporter {
    static final String ALERTS_LOST = "Tiercel internal: alerts lost";

    private static final String NOT_WRITTEN = "not_written";
    private static final String SPOOL_FULL = "spool_full";
    private static final String DAMAGED = "damaged";

    private final EventStream stream;
    private final EventLossReporter lost;
    private final EventLossReporter incomplete;
    private final AlertDelivery delivery;
    private final OutputLossReporter outputs;
    private final RefusalReporter refusals;
    private final ThreadFailureReporter threads;
    private final StateLossReporter state;
    private final LookupFailureReporter lookups;
    private final InternalAlerts alerts;
    private final @Nullable FloodReporter floods;
    private long notWrittenReported;
    private long droppedReported;
    private long damagedReported;

    /**
     * Creates a reporter.
     *
     * @param reportFloods whether containers and users that lose many events are also reported with alerts about them
     */
    LossReporter(EventStream stream, AlertDelivery delivery, boolean reportFloods, ThreadFailures threadFailures) {
        this.stream = stream;
        this.delivery = delivery;
        this.alerts = new InternalAlerts(stream.node().hostname(), delivery);
        this.outputs = new OutputLossReporter(delivery.queuedOutputs(), alerts);
        this.refusals = new RefusalReporter(delivery.refused(), alerts);
        this.threads = new ThreadFailureReporter(threadFailures, alerts);
        this.state = new StateLossReporter(alerts);
        this.lookups = new LookupFailureReporter(alerts);
        this.floods = reportFloods ? new FloodReporter(alerts) : null;
        this.lost = EventLossReporter.forLostEvents(alerts);
        this.incomplete = EventLossReporter.forIncompleteEvents(alerts);
    }

    /** Reports losses since the last report. The alerts have the time {@code timeNanos}. */
    void report(long timeNanos) {
        LossCounters losses = stream.losses();
        List<LossOrigins.Account> origins = LossOrigins.byAccount(stream.takeLossOrigins());
        lost.report(losses, origins, timeNanos);
        if (floods != null) {
            floods.report(origins, timeNanos);
        }
        incomplete.report(losses, timeNanos);
        outputs.report(timeNanos);
        refusals.report(timeNanos);
        threads.report(timeNanos);
        state.report(stream.stateMemory(), timeNanos);
        lookups.report(stream.lookupFailures(), timeNanos);
        Spool spool = delivery.spool();
        if (spool != null) {
            reportAlerts(spool, timeNanos);
        }
    }

    /** Returns the number of lost alerts, by reason. */
    SequencedMap<String, Long> alertsLost() {
        SequencedMap<String, Long> lostAlerts = new LinkedHashMap<>();
        lostAlerts.put(NOT_WRITTEN, notWrittenReported);
        lostAlerts.put(SPOOL_FULL, droppedReported);
        lostAlerts.put(DAMAGED, damagedReported);
        lostAlerts.put(RefusalReporter.REFUSED, refusals.total());
        return lostAlerts;
    }

    private void reportAlerts(Spool spool, long timeNanos) {
        SpoolCounts counts = spool.counts();
        long notWritten = delivery.notWritten() - notWrittenReported;
        long dropped = counts.unreportedDropped();
        long damaged = counts.unreportedDamaged();
        if (notWritten + dropped + damaged == 0) {
            return;
        }
        notWrittenReported += notWritten;
        droppedReported += dropped;
        damagedReported += damaged;
        alerts.publish(
                timeNanos,
                Priority.CRITICAL,
                ALERTS_LOST,
                (notWritten + dropped + damaged) + " alerts were lost before delivery",
                fields(notWritten, counts));
        try {
            spool.markReported(counts);
        } catch (SpoolException e) {
            System.getLogger(LossReporter.class.getName()).log(System.Logger.Level.WARNING, e.getMessage());
        }
    }

    /** Priorities without losses have no field. */
    private static SortedMap<String, @Nullable Object> fields(long notWritten, SpoolCounts counts) {
        SortedMap<String, @Nullable Object> fields = new TreeMap<>();
        fields.put(NOT_WRITTEN, notWritten);
        fields.put(SPOOL_FULL, counts.unreportedDropped());
        fields.put(DAMAGED, counts.unreportedDamaged());
        for (Priority priority : Priority.values()) {
            long dropped = counts.droppedByPriority().get(priority.ordinal());
            if (dropped > 0) {
                fields.put(SPOOL_FULL + "." + priority.name().toLowerCase(Locale.ROOT), dropped);
            }
        }
        return fields;
    }
}
