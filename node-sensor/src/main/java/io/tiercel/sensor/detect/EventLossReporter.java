package io.tiercel.sensor.detect;

import io.tiercel.rules.alert.Priority;
import io.tiercel.sensor.bpf.LossCounters;
import java.util.Comparator;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Says by an alert that the kernel's part has lost events, or that events came without a part: how many since it last
 * said so, why, and on which CPUs.
 */
final class EventLossReporter {
    static final String LOST = "Tiercel internal: events lost";
    static final String INCOMPLETE = "Tiercel internal: events incomplete";

    /** CPUs that an alert names: those on which most was lost since the start. */
    private static final int MAX_CPUS = 16;

    /** Whoever wants can make events incomplete all the time. */
    private static final long INCOMPLETE_EVERY_NANOS = 60_000_000_000L;

    private final InternalAlerts alerts;
    private final boolean whole;
    private final Priority priority;
    private final String rule;
    private final String message;
    private final long everyNanos;
    private LossCounters reported = LossCounters.NONE;
    private long reportedNanos;

    private EventLossReporter(
            InternalAlerts alerts, boolean whole, Priority priority, String rule, String message, long everyNanos) {
        this.alerts = alerts;
        this.whole = whole;
        this.priority = priority;
        this.rule = rule;
        this.message = message;
        this.everyNanos = everyNanos;
    }

    static EventLossReporter ofLost(InternalAlerts alerts) {
        return new EventLossReporter(
                alerts, true, Priority.CRITICAL, LOST, " events could not be taken from the kernel", 0);
    }

    static EventLossReporter ofIncomplete(InternalAlerts alerts) {
        return new EventLossReporter(
                alerts,
                false,
                Priority.WARNING,
                INCOMPLETE,
                " events lack a part of a name or a text",
                INCOMPLETE_EVERY_NANOS);
    }

    /** Reports what is new; {@code timeNanos} is the alert's time. */
    void report(LossCounters now, long timeNanos) {
        long since = now.events(whole) - reported.events(whole);
        if (since <= 0 || (reportedNanos != 0 && timeNanos - reportedNanos < everyNanos)) {
            return;
        }
        alerts.emit(timeNanos, priority, rule, since + message, fields(now, since));
        reported = now;
        reportedNanos = timeNanos;
    }

    private SortedMap<String, @Nullable Object> fields(LossCounters now, long since) {
        SortedMap<String, @Nullable Object> fields = new TreeMap<>();
        fields.put("lost", since);
        fields.put("lost_since_start", now.events(whole));
        LossCounters.Reason.all(whole)
                .forEach(reason ->
                        fields.put(reason.name().toLowerCase(Locale.ROOT), now.of(reason) - reported.of(reason)));
        now.cpus().stream()
                .filter(cpu -> cpu.events(whole) > 0)
                .sorted(Comparator.comparingLong((LossCounters.OfCpu cpu) -> cpu.events(whole))
                        .reversed())
                .limit(MAX_CPUS)
                .forEach(cpu -> fields.put("cpu_" + cpu.cpu() + "_since_start", cpu.events(whole)));
        return fields;
    }
}
