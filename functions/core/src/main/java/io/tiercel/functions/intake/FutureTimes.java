package io.tiercel.functions.intake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.rules.alert.Alert;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Times of alerts that lie in the future: the sender's clock is wrong, or the sender lies. Such a time would keep an incident first in
 * lists, and a closed incident from reopening. It is replaced by the time of arrival.
 */
public final class FutureTimes {
    /** How far ahead a time may be. */
    public static final Duration TOLERANCE = Duration.ofDays(1);

    /** The output field that marks an alert whose time was replaced. It contains the reported time as RFC 3339 text. */
    public static final String REPORTED_TIME = "tiercel.reported_time";

    private static final String FIELDS = "output_fields";

    /** Times of aggregated events, nanoseconds since the epoch. */
    private static final List<String> TIME_FIELDS = List.of("tiercel.first_time", "tiercel.last_time");

    private FutureTimes() {}

    /** Returns whether the time of an alert was replaced. */
    public static boolean marked(Alert alert) {
        return alert.outputFields().containsKey(REPORTED_TIME);
    }

    /**
     * Returns the time that the sender reported, nanoseconds since the epoch. It is the same for every delivery of an alert, whereas
     * its replacement is not.
     */
    public static long reportedNanos(Alert alert) {
        if (!(alert.outputFields().get(REPORTED_TIME) instanceof String text)) {
            return alert.timeNanos();
        }
        try {
            long reported = nanos(Instant.parse(text));
            // Otherwise, only the time of an aggregated event was replaced.
            return reported - alert.timeNanos() > TOLERANCE.toNanos() ? reported : alert.timeNanos();
        } catch (DateTimeParseException | ArithmeticException e) {
            return alert.timeNanos();
        }
    }

    /** Returns whether a time is too far ahead, or whether the sender has set the mark. */
    static boolean mustChange(Alert alert, Instant receivedAt) {
        return marked(alert)
                || ahead(alert.timeNanos(), receivedAt)
                || TIME_FIELDS.stream()
                        .anyMatch(field -> ahead(alert.outputFields().get(field), receivedAt));
    }

    /** Returns a copy of a document in which the times that are too far ahead are the time of arrival. */
    static ObjectNode replaced(ObjectNode document, IdentifiedAlert identified, Instant receivedAt) {
        ObjectNode copy = document.deepCopy().put(AlertDocuments.ID, identified.id());
        ObjectNode fields = copy.get(FIELDS) instanceof ObjectNode object ? object : copy.putObject(FIELDS);
        fields.remove(REPORTED_TIME);
        Alert alert = identified.alert();
        @Nullable Long latest = ahead(alert.timeNanos(), receivedAt) ? alert.timeNanos() : null;
        if (latest != null) {
            copy.put("time", receivedAt.toString());
        }
        for (String field : TIME_FIELDS) {
            if (ahead(alert.outputFields().get(field), receivedAt)) {
                JsonNode reported = fields.replace(field, fields.numberNode(nanos(receivedAt)));
                latest = latest == null ? reported.longValue() : latest;
            }
        }
        if (latest != null) {
            fields.put(REPORTED_TIME, Instant.ofEpochSecond(0, latest).toString());
        }
        return copy;
    }

    private static boolean ahead(@Nullable Object timeNanos, Instant receivedAt) {
        return timeNanos instanceof Long time && time > nanos(receivedAt.plus(TOLERANCE));
    }

    private static long nanos(Instant time) {
        return ChronoUnit.NANOS.between(Instant.EPOCH, time);
    }
}
