package io.tiercel.sensor.detect;

import io.tiercel.rules.alert.Priority;
import io.tiercel.sensor.event.LossOrigin;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Reports containers and users that lost many events with alerts about them, of which the functions make incidents. The number
 * is limited: one in ten minutes for each container or user, and five in ten minutes in all.
 */
final class FloodReporter {
    static final String FLOOD = "Flood of events";

    /** Source of the alerts. Alerts of source {@code internal} do not become incidents. */
    private static final String SOURCE = "syscall";

    /** A brief burst is not a flood. */
    private static final long MIN_RECORDS = 10_000;

    private static final long INTERVAL_NANOS = 600_000_000_000L;
    private static final int MAX_ALERTS = 5;

    private final InternalAlerts alerts;

    /** Time of the last alert by container or user. */
    private final Map<String, Long> reported = new LinkedHashMap<>();

    FloodReporter(InternalAlerts alerts) {
        this.alerts = alerts;
    }

    /** Reports the containers and users that lost many events. The alerts have the time {@code timeNanos}. */
    void report(List<LossOrigins.Account> accounts, long timeNanos) {
        reported.values().removeIf(time -> timeNanos - time >= INTERVAL_NANOS);
        for (LossOrigins.Account account : accounts) {
            LossOrigin origin = account.loudest();
            String name = origin.account();
            if (account.records() < MIN_RECORDS || reported.size() >= MAX_ALERTS || reported.containsKey(name)) {
                continue;
            }
            reported.put(name, timeNanos);
            SortedMap<String, @Nullable Object> fields = origin.fields();
            fields.put("lost", account.records());
            alerts.publish(
                    SOURCE,
                    timeNanos,
                    Priority.WARNING,
                    FLOOD,
                    account.records() + " events of " + name + " were lost, most from " + origin.process() + " (pid "
                            + origin.group().pid() + ")",
                    fields);
        }
    }
}
