package io.tiercel.sensor.detect;

import io.tiercel.rules.alert.Priority;
import io.tiercel.sensor.thread.ThreadFailures;
import io.tiercel.sensor.thread.ThreadFailures.Failures;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reports failures of the sensor's threads. A failed loop starts again. The rate is limited to one report per thread
 * name and minute, because an attacker may be able to repeat a failure.
 */
final class ThreadFailureReporter {
    static final String THREAD_FAILED = "Tiercel internal: thread failed";

    private static final long INTERVAL_NANOS = 60_000_000_000L;

    private record Reported(long count, long timeNanos) {}

    private final ThreadFailures failures;
    private final InternalAlerts alerts;
    private final Map<String, Reported> reported = new HashMap<>();

    ThreadFailureReporter(ThreadFailures failures, InternalAlerts alerts) {
        this.failures = failures;
        this.alerts = alerts;
    }

    /** Reports the failures since the last report. The alerts have the time {@code timeNanos}. */
    void report(long timeNanos) {
        if (failures.isEmpty()) {
            return;
        }
        failures.counts().forEach((name, current) -> {
            Reported before = reported.get(name);
            long newFailures = current.count() - (before == null ? 0 : before.count);
            if (newFailures > 0 && (before == null || timeNanos - before.timeNanos >= INTERVAL_NANOS)) {
                reported.put(name, new Reported(current.count(), timeNanos));
                alerts.publish(
                        timeNanos,
                        Priority.CRITICAL,
                        THREAD_FAILED,
                        "The thread " + name + " failed and was started again: " + current.lastError(),
                        fields(name, newFailures, current));
            }
        });
    }

    private static SortedMap<String, @Nullable Object> fields(String name, long newFailures, Failures current) {
        SortedMap<String, @Nullable Object> fields = new TreeMap<>();
        fields.put("thread", name);
        fields.put("failures", newFailures);
        fields.put("failures_since_start", current.count());
        fields.put("error", current.lastError());
        return fields;
    }
}
