package io.tiercel.rules.alert;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Text form of alerts, with the same format as Falco: one line {@code TIME: Priority MESSAGE}.
 *
 * @param zone time zone; not used for ISO 8601 times, which are in UTC
 * @param timeIso8601 whether to write {@code 2023-11-14T22:13:20.123456789+0000} instead of {@code 22:13:20.123456789}
 */
public record AlertText(ZoneId zone, boolean timeIso8601) {
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss.SSSSSSSSS", Locale.ROOT);
    private static final DateTimeFormatter ISO =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSSSSSxx", Locale.ROOT);
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    /** Returns a format with times in the default time zone, as in Falco. */
    public static AlertText local() {
        return new AlertText(ZoneId.systemDefault(), false);
    }

    /** Returns the line without a line end. It is escaped like a JSON string, so that field values cannot add lines. */
    public String line(Alert alert) {
        StringBuilder text = new StringBuilder(plain(alert));
        if (alert.source().equals(Alert.INTERNAL)) {
            appendValues(alert.outputFields(), text);
        }
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        JsonStringEncoder.getInstance().quoteAsString(wellFormed(text.toString()), escaped);
        return escaped.toString();
    }

    /** Returns time, priority and message without escaping, as in the {@code output} of the JSON form. */
    public String plain(Alert alert) {
        return time(alert.timeNanos()) + ": " + alert.priority().label() + " " + alert.message();
    }

    private String time(long timeNanos) {
        Instant instant = instant(timeNanos);
        return timeIso8601 ? ISO.format(instant.atOffset(ZoneOffset.UTC)) : CLOCK.format(instant.atZone(zone));
    }

    static Instant instant(long timeNanos) {
        return Instant.ofEpochSecond(
                Math.floorDiv(timeNanos, NANOS_PER_SECOND), Math.floorMod(timeNanos, NANOS_PER_SECOND));
    }

    /** Appends the output fields of a sensor message, whose values are not in its text: {@code text (k=v k=v)}. */
    private static void appendValues(Map<String, @Nullable Object> fields, StringBuilder text) {
        List<String> pairs = new ArrayList<>();
        for (Map.Entry<String, @Nullable Object> field : fields.entrySet()) {
            if (!field.getKey().equals("evt.time")) {
                Object value = field.getValue();
                pairs.add(field.getKey() + "=" + (value instanceof String string ? '"' + string + '"' : value));
            }
        }
        if (!pairs.isEmpty()) {
            text.append(" (").append(String.join(" ", pairs)).append(')');
        }
    }

    /** Returns the text with unpaired surrogates replaced by U+FFFD, so that it can be encoded in UTF-8. */
    public static String wellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return text.codePoints()
                        .map(point ->
                                point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE ? 0xFFFD : point)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
            }
        }
        return text;
    }
}
