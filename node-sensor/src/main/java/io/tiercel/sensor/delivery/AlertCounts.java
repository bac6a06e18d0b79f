package io.tiercel.sensor.delivery;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.Priority;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/** Counts alerts by rule and by priority. Thread-safe. */
final class AlertCounts {
    /** Maximum number of rules with their own counter. Further rules share the counter {@link #OTHER}. */
    static final int MAX_RULES = 256;

    static final String OTHER = "other";

    private static final int MAX_NAME_LENGTH = 200;

    private final Map<String, long[]> byRule = new LinkedHashMap<>();
    private final long[] byPriority = new long[Priority.values().length];

    synchronized void add(Alert alert) {
        long[] count = byRule.get(alert.rule());
        if (count == null) {
            count = byRule.computeIfAbsent(byRule.size() < MAX_RULES ? alert.rule() : OTHER, _ -> new long[1]);
        }
        count[0]++;
        byPriority[alert.priority().ordinal()]++;
    }

    /** Returns the counts by rule name, truncated to {@value #MAX_NAME_LENGTH} characters. */
    synchronized SequencedMap<String, Long> byRule() {
        SequencedMap<String, Long> counts = new LinkedHashMap<>();
        byRule.forEach((rule, count) ->
                counts.merge(rule.substring(0, Math.min(rule.length(), MAX_NAME_LENGTH)), count[0], Long::sum));
        return counts;
    }

    /** Returns the counts of all priorities. */
    synchronized Map<Priority, Long> byPriority() {
        Map<Priority, Long> counts = new EnumMap<>(Priority.class);
        for (Priority priority : Priority.values()) {
            counts.put(priority, byPriority[priority.ordinal()]);
        }
        return counts;
    }
}
