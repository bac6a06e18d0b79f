package io.tiercel.functions.console.view;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Something that happened in an incident.
 *
 * @param kind {@code alert}, {@code decision}, {@code comment} or {@code message}; a class of the style sheet
 * @param by the operator or part that did it; empty for alerts and messages
 * @param title what it is, in some words
 * @param text its text; empty if the title says all
 * @param facts fields of an alert
 */
public record TimelineEntry(String kind, String at, String by, String title, String text, List<Fact> facts) {
    private static final int MAX_ENTRIES = 300;

    /** Returns the newest entries, newest first. */
    static List<TimelineEntry> of(JsonNode detail) {
        return Fields.items(detail, "timeline").toList().reversed().stream()
                .limit(MAX_ENTRIES)
                .map(entry ->
                        of(entry, detail.path("alerts").path(entry.path("alert").asInt(-1))))
                .toList();
    }

    private static TimelineEntry of(JsonNode entry, JsonNode alert) {
        List<Fact> facts = new ArrayList<>(Fact.of(alert.path("output_fields")));
        facts.addAll(Fact.of(alert.path("context").path("container")).stream()
                .map(fact -> new Fact("context.container." + fact.name(), fact.value()))
                .toList());
        return new TimelineEntry(
                kind(Fields.text(entry, "kind")),
                Fields.text(entry, "at"),
                Fields.text(entry, "by"),
                Fields.text(entry, "title"),
                Fields.text(entry, "text"),
                List.copyOf(facts));
    }

    private static String kind(String kind) {
        return switch (kind) {
            case "alert", "decision", "comment", "message" -> kind;
            default -> "other";
        };
    }
}
