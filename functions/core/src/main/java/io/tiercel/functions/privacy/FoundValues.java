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

    /**
     * Replaces a value. The alert may contain both the text and the value of an attacker, so the search takes linear time: Knuth,
     * Morris and Pratt, Fast Pattern Matching in Strings (1977).
     */
    private static String remove(String text, String value) {
        int[] borders = borders(value);
        StringBuilder redacted = null;
        int copied = 0;
        int matched = 0;
        for (int i = 0; i < text.length(); i++) {
            matched = extend(value, borders, matched, text.charAt(i));
            if (matched < value.length()) {
                continue;
            }
            int start = i + 1 - value.length();
            if (value.length() >= MIN_INSIDE_WORDS || Words.isWhole(text, start, i + 1)) {
                redacted = redacted == null ? new StringBuilder(text.length()) : redacted;
                redacted.append(text, copied, start).append(Redactor.MARKER);
                copied = i + 1;
                matched = 0;
            } else {
                matched = borders[matched - 1];
            }
        }
        return redacted == null
                ? text
                : redacted.append(text, copied, text.length()).toString();
    }

    /** Returns how many characters of the value match after one more character, if {@code matched} of them matched before. */
    private static int extend(String value, int[] borders, int matched, char next) {
        int length = matched;
        while (length > 0 && value.charAt(length) != next) {
            length = borders[length - 1];
        }
        return value.charAt(length) == next ? length + 1 : length;
    }

    /** Returns for each prefix of the value the length of the longest shorter prefix that is also its end. */
    private static int[] borders(String value) {
        int[] borders = new int[value.length()];
        for (int i = 1; i < borders.length; i++) {
            borders[i] = extend(value, borders, borders[i - 1], value.charAt(i));
        }
        return borders;
    }
}
