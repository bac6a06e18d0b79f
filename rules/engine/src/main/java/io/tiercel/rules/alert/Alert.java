package io.tiercel.rules.alert;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The alert of a matched rule for one event. It is the contract between the sensor, the functions and other consumers.
 *
 * @param id unique id {@code node/boot/sequence}, which stays the same if the alert is delivered again; null in
 *     alerts of other senders without an id
 * @param hostname name of the node
 * @param timeNanos event time in nanoseconds since the epoch
 * @param priority priority of the rule
 * @param rule name of the rule
 * @param source event source: {@code syscall}, or {@code internal} for messages of the sensor
 * @param tags sorted tags of the rule
 * @param message rendered output without time and priority
 * @param outputFields output fields, sorted by name. Values are String, Long, BigInteger (above 63 bits), Double,
 *     Boolean, a List of these, or null for an absent field
 * @param context the processes and the container behind the alert; null if unknown. It is not a part of the output
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
        SortedMap<String, @Nullable Object> outputFields,
        @Nullable AlertContext context) {
    /** Event source of messages of the sensor, such as event losses and reload failures. */
    public static final String INTERNAL = "internal";

    /** Creates an alert without a context. */
    public Alert(
            @Nullable String id,
            String hostname,
            long timeNanos,
            Priority priority,
            String rule,
            String source,
            List<String> tags,
            String message,
            SortedMap<String, @Nullable Object> outputFields) {
        this(id, hostname, timeNanos, priority, rule, source, tags, message, outputFields, null);
    }

    /** Returns a copy with an id. */
    public Alert withId(String newId) {
        return new Alert(newId, hostname, timeNanos, priority, rule, source, tags, message, outputFields, context);
    }

    /** Returns a copy with another context, or without one. */
    public Alert withContext(@Nullable AlertContext newContext) {
        return new Alert(id, hostname, timeNanos, priority, rule, source, tags, message, outputFields, newContext);
    }

    /** Returns a copy with an additional output field. */
    public Alert withOutputField(String name, Object value) {
        return withOutputFields(Map.of(name, value));
    }

    /** Returns a copy with additional output fields. */
    public Alert withOutputFields(Map<String, ?> additional) {
        SortedMap<String, @Nullable Object> fields = new TreeMap<>(outputFields);
        fields.putAll(additional);
        return new Alert(
                id,
                hostname,
                timeNanos,
                priority,
                rule,
                source,
                tags,
                message,
                Collections.unmodifiableSortedMap(fields),
                context);
    }
}
