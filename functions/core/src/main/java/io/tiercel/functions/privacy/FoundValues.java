package io.tiercel.functions.privacy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The values that were redacted in the fields of one alert. They are removed from its rendered text too, where the context that
 * identified them may be missing. Keeps at most {@link #MAX_VALUES}; later ones are found by their context only.
 */
final class FoundValues {
    static final int MAX_VALUES = 64;

    /** Shorter values of secrets are not removed from the rendered text, because they occur in other words. */
    private static final int MIN_SECRET = 4;

    /** Longer values are removed inside of words too. */
    private static final int MIN_INSIDE_WORDS = 8;

    private static final int MAX_LENGTH = 16 * 1024;

    private final Set<String> secrets = new HashSet<>();
    private final Set<String> fields = new HashSet<>();
    /** Whole values of fields that stay readable, so that an argument cannot hide them. */
    private final Set<String> kept = new HashSet<>();

    void addSecret(String value) {
        if (value.length() >= MIN_SECRET) {
            add(secrets, value);
        }
    }

    /** Adds the value of a field that the settings redact. */
    void addField(JsonNode value) {
        if (value.isValueNode() && !value.asText().isEmpty() && !value.asText().equals("<NA>")) {
            add(fields, value.asText());
        }
    }

    /** Adds the value of a field that stays as it is. */
    void keep(JsonNode value) {
        if (value.isTextual()) {
            kept.add(value.textValue());
        }
    }

    private void add(Set<String> values, String value) {
        if (values.size() < MAX_VALUES && value.length() <= MAX_LENGTH && !Redactor.MARKER.contains(value)) {
            values.add(value);
        }
    }

    /** Returns the text without the values. */
    String removeFrom(String text) {
        Set<String> values = new HashSet<>(secrets);
        values.removeAll(kept);
        values.addAll(fields);
        List<String> longestFirst = new ArrayList<>(values);
        longestFirst.sort(Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder()));
        String redacted = text;
        for (String value : longestFirst) {
            redacted = remove(redacted, value);
        }
        return redacted;
    }

    private static String remove(String text, String value) {
        int found = text.indexOf(value);
        if (found < 0) {
            return text;
        }
        StringBuilder redacted = new StringBuilder(text.length());
        int copied = 0;
        while (found >= 0) {
            int end = found + value.length();
            if (value.length() >= MIN_INSIDE_WORDS || Words.isWhole(text, found, end)) {
                redacted.append(text, copied, found).append(Redactor.MARKER);
                copied = end;
                found = text.indexOf(value, end);
            } else {
                found = text.indexOf(value, found + 1);
            }
        }
        return redacted.append(text, copied, text.length()).toString();
    }
}
