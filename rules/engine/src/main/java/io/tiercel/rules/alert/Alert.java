package io.tiercel.rules.alert;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a matched rule says about one event: the contract between sensor, functions and everybody who reads alerts.
 *
 * @param id {@code node/boot/sequence}, unique and the same whenever the same alert is delivered again; null in alerts
 *     from elsewhere that carry none
 * @param hostname the node
 * @param timeNanos event time, nanoseconds since the epoch
 * @param priority the rule's priority
 * @param rule the rule's name
 * @param source event source: {@code syscall}, {@code internal} for the sensor's own messages
 * @param tags the rule's tags, sorted
 * @param message the rendered output without time and priority
 * @param outputFields values of the fields that the output names, sorted by field text; values are String, Long,
 *     BigInteger (above 63 bits), Double, Boolean, List of these, or null for an absent field
 */
public record Alert(
        @Nullable String id,
        String hostname,
        long timeNanos,
        Priority priority,
        String rule,
        String source,
        List<String> tags,
        String message,
        SortedMap<String, @Nullable Object> outputFields) {
    /** Source of the sensor's own messages (losses, reload failures). */
    public static final String INTERNAL = "internal";

    /** The same alert under an id. */
    public Alert withId(String newId) {
        return new Alert(newId, hostname, timeNanos, priority, rule, source, tags, message, outputFields);
    }

    /** The same alert with one more output field. */
    public Alert withOutputField(String name, Object value) {
        SortedMap<String, @Nullable Object> fields = new TreeMap<>(outputFields);
        fields.put(name, value);
        return new Alert(
                id,
                hostname,
                timeNanos,
                priority,
                rule,
                source,
                tags,
                message,
                Collections.unmodifiableSortedMap(fields));
    }
}
