package io.tiercel.sensor.detect;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Output fields {@code dropped.RULE} that say of which rules a full queue dropped alerts. */
final class DroppedRules {
    /** Maximum number of rules in a report. */
    private static final int MAX_RULES = 16;

    private DroppedRules() {}

    /** Adds the rules with the most dropped alerts since the last report. */
    static void add(Map<String, Long> byRule, Map<String, Long> before, SortedMap<String, @Nullable Object> fields) {
        SortedMap<String, Long> newDrops = new TreeMap<>();
        byRule.forEach((rule, total) -> {
            long dropped = total - before.getOrDefault(rule, 0L);
            if (dropped > 0) {
                newDrops.put(rule, dropped);
            }
        });
        newDrops.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .limit(MAX_RULES)
                .forEach(entry -> fields.put("dropped." + entry.getKey(), entry.getValue()));
    }
}
