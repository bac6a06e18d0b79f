package io.tiercel.sensor.detect;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.Priority;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Identity of an alert for aggregation. It ignores times, process and thread ids, counters and the client port.
 *
 * @param fields output fields that are equal in all occurrences
 */
record AggregationKey(
        String rule, Priority priority, String source, String hostname, List<String> tags, Map<String, Object> fields) {
    private static final Set<String> VARYING = Set.of(
            "evt.num",
            "evt.cpu",
            "evt.latency",
            "evt.latency.s",
            "evt.latency.ns",
            "evt.latency.human",
            "evt.deltatime",
            "evt.deltatime.s",
            "evt.deltatime.ns",
            "proc.pid",
            "proc.vpid",
            "proc.ppid",
            "proc.pvpid",
            "proc.pgid",
            "proc.vpgid",
            "proc.sid",
            "proc.duration",
            "proc.ppid.duration",
            "proc.pid.ts",
            "proc.ppid.ts",
            "thread.tid",
            "thread.vtid",
            "thread.exectime",
            "thread.totexectime",
            "thread.cpu",
            "fd.num",
            "fd.cport");

    private static final Pattern VARYING_GROUP =
            Pattern.compile("evt\\.(time|rawtime|datetime|reltime|abstime).*|proc\\.apid.*");

    private static final Object ABSENT = new Object();

    /** Client address and port in a connection tuple. */
    private static final Pattern CLIENT_PORT = Pattern.compile("^(\\[?[0-9a-fA-F.:]+]?):[0-9]{1,5}->");

    static AggregationKey of(Alert alert) {
        Map<String, Object> fields = new HashMap<>();
        alert.outputFields().forEach((name, value) -> {
            if (!VARYING.contains(name) && !VARYING_GROUP.matcher(name).matches()) {
                fields.put(name, withoutClientPort(value));
            }
        });
        return new AggregationKey(
                alert.rule(), alert.priority(), alert.source(), alert.hostname(), alert.tags(), Map.copyOf(fields));
    }

    private static Object withoutClientPort(@Nullable Object value) {
        if (value instanceof String text && text.contains("->")) {
            return CLIENT_PORT.matcher(text).replaceFirst("$1->");
        }
        return value == null ? ABSENT : value;
    }
}
