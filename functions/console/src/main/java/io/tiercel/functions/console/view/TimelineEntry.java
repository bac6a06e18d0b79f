package io.tiercel.functions.console.view;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Something that happened in an incident.
 *
 * @param kind {@code alert}, {@code action} or {@code comment}
 * @param by the operator or part that did it; empty for alerts
 * @param title what it is, in some words
 * @param text its text; empty if the title says all
 * @param facts fields of an alert
 */
public record TimelineEntry(
        String kind, String at, String by, String title, String text, String level, List<Fact> facts) {
    private static final int MAX_ENTRIES = 300;

    static List<TimelineEntry> of(JsonNode detail) {
        List<TimelineEntry> entries = new ArrayList<>();
        Fields.items(detail, "alerts").map(TimelineEntry::alert).forEach(entries::add);
        Fields.items(detail, "audit").map(TimelineEntry::action).forEach(entries::add);
        Fields.items(detail, "comments").map(TimelineEntry::comment).forEach(entries::add);
        // ISO 8601 times of one zone sort as texts, up to the digits of a second.
        return entries.stream()
                .sorted(Comparator.comparing(TimelineEntry::at).reversed())
                .limit(MAX_ENTRIES)
                .toList();
    }

    private static TimelineEntry alert(JsonNode alert) {
        List<Fact> facts = new ArrayList<>(Fact.of(alert.path("output_fields")));
        facts.addAll(Fact.of(alert.path("context").path("container")).stream()
                .map(fact -> new Fact("context.container." + fact.name(), fact.value()))
                .toList());
        return new TimelineEntry(
                "alert",
                Fields.text(alert, "time"),
                "",
                Fields.text(alert, "rule"),
                Fields.text(alert, "output"),
                Fields.text(alert, "priority").toLowerCase(Locale.ROOT),
                List.copyOf(facts));
    }

    private static TimelineEntry action(JsonNode entry) {
        return new TimelineEntry(
                "action",
                Fields.text(entry, "at"),
                Fields.text(entry, "by"),
                Fields.text(entry, "action"),
                Fact.line(entry.path("details")),
                "",
                List.of());
    }

    private static TimelineEntry comment(JsonNode comment) {
        return new TimelineEntry(
                "comment",
                Fields.text(comment, "at"),
                Fields.text(comment, "by"),
                "Comment",
                Fields.text(comment, "text"),
                "",
                List.of());
    }
}
