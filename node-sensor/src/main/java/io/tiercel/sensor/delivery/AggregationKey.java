package io.tiercel.sensor.delivery;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.Priority;
import io.tiercel.sensor.output.AlertIdentity;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Identity of an alert for aggregation. It ignores times, process and thread ids, counters and the client port.
 *
 * @param fields output fields that are equal in all occurrences
 */
record AggregationKey(
        String rule, Priority priority, String source, String hostname, List<String> tags, Map<String, Object> fields) {
    private static final Object ABSENT = new Object();

    static AggregationKey of(Alert alert) {
        Map<String, Object> fields = new HashMap<>();
        alert.outputFields().forEach((name, value) -> {
            if (!AlertIdentity.isVarying(name)) {
                fields.put(name, value == null ? ABSENT : AlertIdentity.withoutClientPort(value));
            }
        });
        return new AggregationKey(
                alert.rule(), alert.priority(), alert.source(), alert.hostname(), alert.tags(), Map.copyOf(fields));
    }
}
