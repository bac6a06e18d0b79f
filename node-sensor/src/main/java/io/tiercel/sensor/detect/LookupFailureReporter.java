package io.tiercel.sensor.detect;

import io.tiercel.rules.alert.Priority;
import io.tiercel.sensor.process.LookupFailures;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reports that the sensor could not read processes or containers. A file system that does not answer is either broken or an
 * attack on the sensor. A process can repeat this, so that there is at most one report a minute.
 */
final class LookupFailureReporter {
    static final String LOOKUPS_FAILED = "Tiercel internal: lookups failed";

    private static final long INTERVAL_NANOS = 60_000_000_000L;

    private final InternalAlerts alerts;
    private LookupFailures reported = LookupFailures.NONE;
    private long reportedNanos;

    LookupFailureReporter(InternalAlerts alerts) {
        this.alerts = alerts;
    }

    /** Reports the failures since the last report. The alert has the time {@code timeNanos}. */
    void report(LookupFailures current, long timeNanos) {
        long timedOut = current.timedOut() - reported.timedOut();
        long skipped = current.skipped() - reported.skipped();
        long refused = current.refused() - reported.refused();
        if (timedOut + skipped + refused == 0 || reportedNanos != 0 && timeNanos - reportedNanos < INTERVAL_NANOS) {
            return;
        }
        SortedMap<String, @Nullable Object> fields = new TreeMap<>();
        fields.put("timed_out", timedOut);
        fields.put("skipped", skipped);
        fields.put("refused", refused);
        fields.put("hanging", (long) current.hanging());
        fields.put("last_owner", current.lastOwner().isEmpty() ? null : current.lastOwner());
        alerts.publish(
                timeNanos,
                Priority.WARNING,
                LOOKUPS_FAILED,
                timedOut + " reads of processes or containers did not return in time"
                        + (current.lastOwner().isEmpty() ? "" : ", the last one of " + current.lastOwner()),
                fields);
        reported = current;
        reportedNanos = timeNanos;
    }
}
