package io.tiercel.functions.console.view;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What lists show of an incident: the member Summary of the operator API. Absent texts are empty. */
public record IncidentRow(
        String id,
        String shortId,
        FormValue version,
        String rule,
        String priority,
        String state,
        long count,
        long verifiedCount,
        String target,
        String host,
        String namespace,
        String pod,
        String container,
        String image,
        String user,
        String firstSeen,
        String lastSeen,
        String acknowledgedBy,
        String acknowledgedAt,
        String assignedTo,
        boolean silenced,
        String response,
        List<String> tactics,
        Sparkline activity) {
    private static final Set<String> LEVELS =
            Set.of("emergency", "alert", "critical", "error", "warning", "notice", "informational", "debug");

    static IncidentRow of(JsonNode node) {
        return new IncidentRow(
                Fields.id(node, "id"),
                Fields.id(node, "shortId"),
                new FormValue(Fields.text(node, "version")),
                Fields.text(node, "rule"),
                Fields.text(node, "priority"),
                Fields.text(node, "state"),
                Fields.number(node, "count"),
                Fields.number(node, "verifiedCount"),
                Fields.text(node, "target"),
                Fields.text(node, "host"),
                Fields.text(node, "namespace"),
                Fields.text(node, "pod"),
                Fields.text(node, "container"),
                Fields.text(node, "image"),
                Fields.text(node, "user"),
                Fields.text(node, "firstSeen"),
                Fields.text(node, "lastSeen"),
                Fields.text(node, "acknowledgedBy"),
                Fields.text(node, "acknowledgedAt"),
                Fields.text(node, "assignedTo"),
                Fields.flag(node, "silenced"),
                Fields.text(node, "response"),
                Fields.texts(node, "tactics"),
                Sparkline.of(node.path("activity")));
    }

    /** Returns the class of the style sheet for the priority. */
    public String level() {
        String level = priority.toLowerCase(Locale.ROOT);
        return LEVELS.contains(level) ? level : "debug";
    }

    /** Returns whether the incident is closed. */
    public boolean closed() {
        return state.equals("closed");
    }

    /** Returns whether all its alerts came from verified senders. */
    public boolean verified() {
        return verifiedCount >= count;
    }

    /** Returns the state of its response for people; empty without a response. */
    public String responseText() {
        return ResponseText.of(response);
    }

    /** Returns the class of the style sheet for the state of the response. */
    public String responseClass() {
        return ResponseText.styleOf(response);
    }

    /** Returns where it happened: the pod or container, otherwise the host. */
    public String where() {
        String inner = pod.isEmpty() ? container : pod;
        String outer = namespace.isEmpty() ? host : namespace;
        return inner.isEmpty() ? host : outer.isEmpty() ? inner : outer + " / " + inner;
    }

    /** Returns the host and the image, as far as {@link #where} does not name them. */
    public String whereDetails() {
        String around = where().startsWith(host) ? "" : host;
        return image.isEmpty() ? around : around.isEmpty() ? image : around + " · " + image;
    }
}
