package io.tiercel.sensor.detect;

import io.tiercel.rules.alert.Priority;
import io.tiercel.sensor.output.RefusedAlerts;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reports alerts that the receiver refused. They are lost although they were delivered. The rate is limited to one report per minute,
 * because each refused alert could cause one.
 */
final class RefusalReporter {
    /** Reason of the loss, in metrics and in output fields. */
    static final String REFUSED = "refused";

    private static final long INTERVAL_NANOS = 60_000_000_000L;

    private final RefusedAlerts refused;
    private final InternalAlerts alerts;
    private SortedMap<String, Long> reported = new TreeMap<>();
    private long reportedFromEvents;
    private long nextNanos = Long.MIN_VALUE;

    RefusalReporter(RefusedAlerts refused, InternalAlerts alerts) {
        this.refused = refused;
        this.alerts = alerts;
    }

    /** Reports the losses since the last report. The alert has the time {@code timeNanos}. */
    void report(long timeNanos) {
        if (timeNanos < nextNanos) {
            return;
        }
        RefusedAlerts.Totals totals = refused.totals();
        RefusedAlerts.Latest latest = totals.latest();
        long lost = totals.fromEvents() - reportedFromEvents;
        if (lost == 0 || latest == null) {
            return;
        }
        nextNanos = timeNanos + INTERVAL_NANOS;
        alerts.publish(
                timeNanos,
                Priority.CRITICAL,
                LossReporter.ALERTS_LOST,
                lost + " alerts were refused by the receiver. The latest one, of the rule \"" + latest.rule() + "\": "
                        + latest.refusal().reason(),
                fields(lost, totals.byCode(), latest));
        reportedFromEvents = totals.fromEvents();
        reported = totals.byCode();
    }

    private SortedMap<String, @Nullable Object> fields(
            long lost, Map<String, Long> byCode, RefusedAlerts.Latest latest) {
        SortedMap<String, @Nullable Object> fields = new TreeMap<>();
        fields.put(REFUSED, lost);
        fields.put(REFUSED + ".rule", latest.rule());
        fields.put(REFUSED + ".reason", latest.refusal().reason());
        byCode.forEach((code, total) -> {
            long newLosses = total - reported.getOrDefault(code, 0L);
            if (newLosses > 0) {
                fields.put(REFUSED + ".by." + code, newLosses);
            }
        });
        return fields;
    }

    /** Returns the number of refused alerts. */
    long total() {
        return refused.totals().byCode().values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }
}
