package io.tiercel.sensor.detect;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.Priority;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/** Alerts by rule and by priority; for one thread. */
final class AlertCounts {
    /** Rules counted by name; those that alert first after so many count together under {@link #OTHER}. */
    static final int MAX_RULES = 256;

    static final String OTHER = "other";

    private static final int MAX_NAME = 200;

    private final Map<String, long[]> byRule = new LinkedHashMap<>();
    private final long[] byPriority = new long[Priority.values().length];

    void add(Alert alert) {
        long[] count = byRule.get(alert.rule());
        if (count == null) {
            count = byRule.computeIfAbsent(byRule.size() < MAX_RULES ? alert.rule() : OTHER, _ -> new long[1]);
        }
        count[0]++;
        byPriority[alert.priority().ordinal()]++;
    }

    /** By the rule's name, of which at most the first {@value #MAX_NAME} characters. */
    SequencedMap<String, Long> byRule() {
        SequencedMap<String, Long> counts = new LinkedHashMap<>();
        byRule.forEach((rule, count) ->
                counts.merge(rule.substring(0, Math.min(rule.length(), MAX_NAME)), count[0], Long::sum));
        return counts;
    }

    /** Every priority has an entry. */
    Map<Priority, Long> byPriority() {
        Map<Priority, Long> counts = new EnumMap<>(Priority.class);
        for (Priority priority : Priority.values()) {
            counts.put(priority, byPriority[priority.ordinal()]);
        }
        return counts;
    }
}
