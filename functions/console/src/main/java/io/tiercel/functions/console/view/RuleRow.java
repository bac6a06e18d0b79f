package io.tiercel.functions.console.view;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;

/**
 * A rule and how often it fires.
 *
 * @param suggestedException an exception in the syntax of rule files; empty without one
 */
public record RuleRow(
        String rule,
        String priority,
        long incidents,
        long alerts,
        String lastSeen,
        Lines suggestedException,
        int share) {
    private static final int PERCENT = 100;

    /** Reads the body of {@code list-rules}. */
    public static List<RuleRow> list(JsonNode body) {
        List<JsonNode> items = Fields.items(body, "items").toList();
        long max = Math.max(
                1,
                items.stream()
                        .mapToLong(item -> Fields.number(item, "alerts"))
                        .max()
                        .orElse(1));
        return items.stream().map(item -> of(item, max)).toList();
    }

    private static RuleRow of(JsonNode node, long max) {
        long alerts = Fields.number(node, "alerts");
        return new RuleRow(
                Fields.text(node, "rule"),
                Fields.text(node, "priority"),
                Fields.number(node, "incidents"),
                alerts,
                Fields.text(node, "lastSeen"),
                new Lines(Fields.text(node, "suggestedException")),
                (int) Math.max(1, PERCENT * alerts / max));
    }

    /** Returns the rule for a form. */
    public FormValue value() {
        return new FormValue(rule);
    }

    /** Returns the class of the style sheet for the priority. */
    public String level() {
        return priority.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
    }

    /** Returns whether an exception is suggested. */
    public boolean suggested() {
        return !suggestedException.text().isEmpty();
    }
}
