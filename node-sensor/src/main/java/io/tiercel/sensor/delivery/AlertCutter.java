package io.tiercel.sensor.delivery;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.AlertJson;
import io.tiercel.rules.alert.AlertLimits;
import io.tiercel.rules.text.TextLimit;
import io.tiercel.sensor.output.AlertSize;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Shortens alerts that are larger than the spool and the functions accept. An attacker chooses the length of paths and arguments,
 * and must not be able to make an alert undeliverable.
 */
final class AlertCutter {
    /** Output field of a shortened alert. Its value is true. */
    static final String TRUNCATED = "tiercel.truncated";

    /** Room for the fields that aggregation adds. */
    private static final int RESERVED_BYTES = 1_024;

    private static final int MAX_BYTES = AlertLimits.MAX_BYTES - RESERVED_BYTES;

    /** A JSON document has at most three times the bytes of the estimate: a control character has six bytes instead of two. */
    private static final int JSON_FACTOR = 3;

    private static final int FIRST_LIMIT = 16_384;
    private static final int LAST_LIMIT = 16;
    private static final String MARKER = "...";

    private AlertCutter() {}

    /**
     * Returns the alert, or a copy in which the longest texts are cut so that it fits. Texts up to a length stay as they are; that
     * length is halved until the alert fits. Names and tags come from the rules and are never cut.
     */
    static Alert fit(Alert alert, AlertJson json) {
        if ((long) JSON_FACTOR * AlertSize.estimate(alert) < MAX_BYTES / 2 || size(alert, json) <= MAX_BYTES) {
            return alert;
        }
        Alert cut = alert;
        for (int limit = FIRST_LIMIT; limit >= LAST_LIMIT && size(cut, json) > MAX_BYTES; limit /= 2) {
            cut = cut(alert, limit);
        }
        return cut;
    }

    private static int size(Alert alert, AlertJson json) {
        return json.writeBytes(alert).length;
    }

    private static Alert cut(Alert alert, int limit) {
        SortedMap<String, @Nullable Object> fields = new TreeMap<>();
        for (Map.Entry<String, @Nullable Object> field : alert.outputFields().entrySet()) {
            fields.put(field.getKey(), cut(field.getValue(), limit));
        }
        fields.put(TRUNCATED, true);
        return new Alert(
                alert.id(),
                alert.hostname(),
                alert.timeNanos(),
                alert.priority(),
                alert.rule(),
                alert.source(),
                alert.tags(),
                TextLimit.cut(alert.message(), limit, MARKER),
                Collections.unmodifiableSortedMap(fields),
                alert.context());
    }

    private static @Nullable Object cut(@Nullable Object value, int limit) {
        return switch (value) {
            case String text -> TextLimit.cut(text, limit, MARKER);
            case List<?> list ->
                list.stream()
                        .limit(limit)
                        .map(element -> cut(element, Math.max(LAST_LIMIT, limit / Math.max(1, list.size()))))
                        .toList();
            case null, default -> value;
        };
    }
}
