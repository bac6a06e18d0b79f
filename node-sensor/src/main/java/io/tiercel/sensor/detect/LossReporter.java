package io.tiercel.sensor.detect;

import io.tiercel.rules.alert.Priority;
import io.tiercel.sensor.bpf.LossCounters;
import io.tiercel.sensor.delivery.AlertDelivery;
import io.tiercel.sensor.delivery.PendingStatus;
import io.tiercel.sensor.event.EventStream;
import io.tiercel.sensor.spool.SpoolCounts;
import io.tiercel.sensor.thread.ThreadFailures;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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

    /** The disk was too slow for the alerts, or did not answer. */
    private static final String QUEUE_FULL = "queue_full";

    private final EventStream stream;
    private final EventLossReporter lost;
    private final EventLossReporter incomplete;
    private final AlertDelivery delivery;
    private final OutputLossReporter outputs;
    private final RefusalReporter refusals;
    private final ThreadFailureReporter threads;
    private final StateLossReporter state;
    private final LookupFailureReporter lookups;
    private final HookFailureReporter hooks;
    private final InternalAlerts alerts;
    private final @Nullable FloodReporter floods;
    private PendingStatus pendingReported = PendingStatus.NONE;
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
        this.hooks = new HookFailureReporter(alerts);
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
        hooks.report(stream.hookFailures(), timeNanos);
        delivery.logHanging();
        reportAlerts(timeNanos);
    }

    /** Returns the number of lost alerts, by reason. */
    SequencedMap<String, Long> alertsLost() {
        SequencedMap<String, Long> lostAlerts = new LinkedHashMap<>();
        lostAlerts.put(NOT_WRITTEN, notWrittenReported);
        lostAlerts.put(QUEUE_FULL, pendingReported.dropped());
        lostAlerts.put(SPOOL_FULL, droppedReported);
        lostAlerts.put(DAMAGED, damagedReported);
        lostAlerts.put(RefusalReporter.REFUSED, refusals.total());
        return lostAlerts;
    }

    private void reportAlerts(long timeNanos) {
        PendingStatus pending = delivery.pending();
        SpoolCounts spool = delivery.spoolCounts();
        long notWritten = delivery.notWritten() - notWrittenReported;
        long overflow = pending.dropped() - pendingReported.dropped();
        long dropped = spool == null ? 0 : spool.unreportedDropped();
        long damaged = spool == null ? 0 : spool.unreportedDamaged();
        long lostAlerts = notWritten + overflow + dropped + damaged;
        if (lostAlerts == 0) {
            return;
        }
        SortedMap<String, @Nullable Object> fields = new TreeMap<>(
                Map.of(NOT_WRITTEN, notWritten, QUEUE_FULL, overflow, SPOOL_FULL, dropped, DAMAGED, damaged));
        DroppedRules.add(pending.droppedByRule(), pendingReported.droppedByRule(), fields);
        notWrittenReported += notWritten;
        pendingReported = pending;
        droppedReported += dropped;
        damagedReported += damaged;
        addPriorities(spool, fields);
        alerts.publish(
                timeNanos, Priority.CRITICAL, ALERTS_LOST, lostAlerts + " alerts were lost before delivery", fields);
        if (spool != null) {
            delivery.markReported(spool);
        }
    }

    /** Priorities without losses have no field. */
    private static void addPriorities(@Nullable SpoolCounts spool, SortedMap<String, @Nullable Object> fields) {
        if (spool == null) {
            return;
        }
        for (Priority priority : Priority.values()) {
            long dropped = spool.droppedByPriority().get(priority.ordinal());
            if (dropped > 0) {
                fields.put(SPOOL_FULL + "." + priority.name().toLowerCase(Locale.ROOT), dropped);
            }
        }
    }
}
