package io.tiercel.sensor.detect;

import io.tiercel.rules.alert.Priority;
import io.tiercel.sensor.bpf.LossCounters;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reports lost or incomplete events with an alert. The alert has the number since the last report, the reasons and the
 * CPUs.
 */
final class EventLossReporter {
    static final String LOST = "Tiercel internal: events lost";
    static final String INCOMPLETE = "Tiercel internal: events incomplete";

    /** Maximum number of CPUs in an alert. CPUs with the highest losses since the start come first. */
    private static final int MAX_CPUS = 16;

    /** An unprivileged process can produce incomplete events continuously, so these reports are rate-limited. */
    private static final long INCOMPLETE_INTERVAL_NANOS = 60_000_000_000L;

    private final InternalAlerts alerts;
    private final boolean lost;
    private final Priority priority;
    private final String rule;
    private final String message;
    private final long intervalNanos;
    private LossCounters reported = LossCounters.NONE;
    private long reportedNanos;

    private EventLossReporter(
            InternalAlerts alerts, boolean lost, Priority priority, String rule, String message, long intervalNanos) {
        this.alerts = alerts;
        this.lost = lost;
        this.priority = priority;
        this.rule = rule;
        this.message = message;
        this.intervalNanos = intervalNanos;
    }

    static EventLossReporter forLostEvents(InternalAlerts alerts) {
        return new EventLossReporter(alerts, true, Priority.CRITICAL, LOST, " events were lost in the kernel", 0);
    }

    static EventLossReporter forIncompleteEvents(InternalAlerts alerts) {
        return new EventLossReporter(
                alerts,
                false,
                Priority.WARNING,
                INCOMPLETE,
                " events have an incomplete file name or argument",
                INCOMPLETE_INTERVAL_NANOS);
    }

    /** Reports losses since the last report. The alert has the time {@code timeNanos}. */
    void report(LossCounters current, long timeNanos) {
        report(current, List.of(), timeNanos);
    }

    /**
     * Reports losses since the last report.
     *
     * @param origins containers and users with losses, the one with the most first; others may have losses too
     * @param timeNanos the time of the alert
     */
    void report(LossCounters current, List<LossOrigins.Account> origins, long timeNanos) {
        long newLosses = current.events(lost) - reported.events(lost);
        if (newLosses <= 0 || (reportedNanos != 0 && timeNanos - reportedNanos < intervalNanos)) {
            return;
        }
        SortedMap<String, @Nullable Object> fields = fields(current, newLosses);
        fields.putAll(originFields(origins, newLosses));
        String most = origins.isEmpty()
                ? ""
                : ", most of them of " + origins.getFirst().loudest().text();
        alerts.publish(timeNanos, priority, rule, newLosses + message + most, fields);
        reported = current;
        reportedNanos = timeNanos;
    }

    /** Returns the fields of the loudest process, and the losses of each container or user. */
    private static SortedMap<String, @Nullable Object> originFields(List<LossOrigins.Account> origins, long newLosses) {
        if (origins.isEmpty()) {
            return new TreeMap<>();
        }
        SortedMap<String, @Nullable Object> fields =
                origins.getFirst().loudest().fields();
        long others = newLosses;
        for (int i = 0; i < origins.size(); i++) {
            LossOrigins.Account origin = origins.get(i);
            others -= origin.records();
            fields.put("origin_" + (i + 1), origin.loudest().account());
            fields.put("origin_" + (i + 1) + "_lost", origin.records());
        }
        fields.put("origin_others_lost", Math.max(0, others));
        return fields;
    }

    private SortedMap<String, @Nullable Object> fields(LossCounters current, long newLosses) {
        SortedMap<String, @Nullable Object> fields = new TreeMap<>();
        fields.put("lost", newLosses);
        fields.put("lost_since_start", current.events(lost));
        LossCounters.Reason.all(lost)
                .forEach(reason -> fields.put(
                        reason.name().toLowerCase(Locale.ROOT), current.count(reason) - reported.count(reason)));
        current.cpus().stream()
                .filter(cpu -> cpu.events(lost) > 0)
                .sorted(Comparator.comparingLong((LossCounters.CpuCounters cpu) -> cpu.events(lost))
                        .reversed())
                .limit(MAX_CPUS)
                .forEach(cpu -> fields.put("cpu_" + cpu.cpu() + "_since_start", cpu.events(lost)));
        return fields;
    }
}
