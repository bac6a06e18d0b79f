package io.tiercel.functions.operate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What happened in an incident, so that each client shows the same: the process tree of its alerts and the timeline. Both are derived from
 * the members {@code alerts}, {@code audit}, {@code comments} and {@code notifications} of the answer. Alerts are written by senders, so a
 * member may be absent or of any type.
 */
public final class IncidentStory {
    private IncidentStory() {}

    /** Adds the members {@code processTree} and {@code timeline} to the details of an incident. */
    public static void addTo(ObjectNode detail) {
        detail.set("processTree", ProcessTree.of(detail.path("alerts")));
        detail.set("timeline", timeline(detail));
    }

    /** Returns what happened, oldest first. Entries without a readable time come last. */
    private static ArrayNode timeline(JsonNode detail) {
        List<ObjectNode> entries = new ArrayList<>();
        int index = 0;
        for (JsonNode alert : detail.path("alerts")) {
            entries.add(entry(alert.path("time"), "alert", "", text(alert, "rule"), text(alert, "output"))
                    .put("alert", index++));
        }
        add(
                entries,
                detail.path("audit"),
                audit -> entry(
                        audit.path("at"),
                        "decision",
                        text(audit, "by"),
                        text(audit, "action"),
                        line(audit.path("details"))));
        add(
                entries,
                detail.path("comments"),
                comment -> entry(comment.path("at"), "comment", text(comment, "by"), "Comment", text(comment, "text")));
        add(
                entries,
                detail.path("notifications"),
                message -> entry(message.path("at"), "message", "", text(message, "channel"), text(message, "state")));
        entries.sort(Comparator.comparing(entry -> time(entry.path("at"))));
        ArrayNode timeline = JsonNodeFactory.instance.arrayNode();
        timeline.addAll(entries);
        return timeline;
    }

    private static void add(List<ObjectNode> entries, JsonNode sources, Function<JsonNode, ObjectNode> entry) {
        sources.forEach(source -> entries.add(entry.apply(source)));
    }

    private static ObjectNode entry(JsonNode at, String kind, String by, String title, String text) {
        ObjectNode entry = JsonNodeFactory.instance.objectNode();
        entry.put("at", time(at).equals(Instant.MAX) ? null : at.asText());
        return entry.put("kind", kind)
                .put("by", by)
                .put("title", title)
                .put("text", text)
                .putNull("alert");
    }

    /** Reads a time; the latest possible if it is not readable. */
    private static Instant time(JsonNode at) {
        try {
            return Instant.parse(at.asText());
        } catch (DateTimeParseException e) {
            return Instant.MAX;
        }
    }

    /** Returns the details of a decision in one line. */
    private static String line(JsonNode details) {
        return details.isObject()
                ? details.properties().stream()
                        .filter(detail -> !detail.getValue().isNull())
                        .map(detail -> detail.getKey() + ": " + valueText(detail.getValue()))
                        .collect(Collectors.joining(", "))
                : details.asText("");
    }

    private static String valueText(JsonNode value) {
        return value.isValueNode() ? value.asText() : value.toString();
    }

    /** Returns a member as text; an empty text if it is absent, null, or no single value. */
    static String text(JsonNode node, String member) {
        JsonNode value = node.path(member);
        return value.isValueNode() && !value.isNull() ? value.asText() : "";
    }
}
