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
 * An alert as Falco's one line of text, {@code TIME: Priority MESSAGE}.
 *
 * @param zone zone of the clock time; not used by ISO 8601 times, which are UTC
 * @param timeIso8601 {@code 2023-11-14T22:13:20.123456789+0000} instead of {@code 22:13:20.123456789}
 */
public record AlertText(ZoneId zone, boolean timeIso8601) {
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss.SSSSSSSSS", Locale.ROOT);
    private static final DateTimeFormatter ISO =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSSSSSxx", Locale.ROOT);
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    /** Clock times of this machine's zone, as Falco prints them by default. */
    public static AlertText local() {
        return new AlertText(ZoneId.systemDefault(), false);
    }

    /** The line without its end, escaped like the inside of a JSON string, so that no field can break out of it. */
    public String line(Alert alert) {
        StringBuilder text = new StringBuilder(plain(alert));
        if (alert.source().equals(Alert.INTERNAL)) {
            appendValues(alert.outputFields(), text);
        }
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        JsonStringEncoder.getInstance().quoteAsString(wellFormed(text.toString()), escaped);
        return escaped.toString();
    }

    /** Time, priority and message, not escaped: the {@code output} of the JSON form. */
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

    /** The sensor's own messages carry their figures only in fields: {@code text (k=v k=v)}. */
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

    /** The text with every unpaired surrogate replaced by U+FFFD, so that it has a UTF-8 form. */
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
