package io.tiercel.functions.aws.dynamodb;

import io.tiercel.functions.incident.IncidentAlert;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;

/**
 * The logs of alert ids that this process has read lately. Remembers at most {@link #MAX_REMEMBERED} ids, and drops the least recently
 * used logs. A dropped log is read again. Thread-safe; each log is used under the lock of its rule.
 */
final class AlertIdLogs {
    /** Maximum number of ids of all logs, with about 100 bytes each. */
    static final int MAX_REMEMBERED = 200_000;

    private static final int MAX_LOGS = 4_096;

    /** Much shorter than the retention of ids, so that no log misses items that have expired. */
    private static final Duration MAX_AGE = Duration.ofMinutes(10);

    private final AlertIdLog.Limits limits;
    private final LinkedHashMap<String, AlertIdLog> logs = new LinkedHashMap<>(16, 0.75f, true);

    AlertIdLogs(AlertIdLog.Limits limits) {
        this.limits = limits;
    }

    /** Returns the log of an alert as it is now. */
    AlertIdLog current(IncidentTable table, IncidentAlert alert) {
        AlertIdLog log = remembered(AlertIdLog.keyOf(alert), table.clock().millis());
        log.refresh(table);
        return log;
    }

    private synchronized AlertIdLog remembered(String key, long now) {
        AlertIdLog log = logs.get(key);
        if (log == null || Math.abs(now - log.createdMillis()) > MAX_AGE.toMillis()) {
            log = new AlertIdLog(key, limits, now);
            logs.put(key, log);
        }
        return log;
    }

    /** Drops logs until the limits are met. */
    synchronized void trim() {
        long ids = logs.values().stream().mapToLong(AlertIdLog::size).sum();
        Iterator<AlertIdLog> oldestFirst = logs.values().iterator();
        int count = logs.size();
        while (count > MAX_LOGS || ids > MAX_REMEMBERED) {
            ids -= oldestFirst.next().size();
            oldestFirst.remove();
            count--;
        }
    }
}
