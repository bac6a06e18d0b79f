package io.tiercel.sensor.detect;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.Priority;
import java.time.Clock;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Creates alerts about the sensor itself. They are delivered like all other alerts. */
final class InternalAlerts {
    private final String hostname;
    private final Consumer<Alert> delivery;

    InternalAlerts(String hostname, Consumer<Alert> delivery) {
        this.hostname = hostname;
        this.delivery = delivery;
    }

    void publish(
            long timeNanos,
            Priority priority,
            String rule,
            String message,
            SortedMap<String, @Nullable Object> fields) {
        publish(Alert.INTERNAL, timeNanos, priority, rule, message, fields);
    }

    void publish(
            String source,
            long timeNanos,
            Priority priority,
            String rule,
            String message,
            SortedMap<String, @Nullable Object> fields) {
        delivery.accept(new Alert(
                null,
                hostname,
                timeNanos,
                priority,
                rule,
                source,
                List.of(),
                rule + ". " + message,
                Collections.unmodifiableSortedMap(fields)));
    }

    /** Returns the current time in nanoseconds since the epoch, for alerts that are not caused by an event. */
    static long now() {
        Instant now = Clock.systemUTC().instant();
        return Math.addExact(Math.multiplyExact(now.getEpochSecond(), 1_000_000_000L), now.getNano());
    }
}
