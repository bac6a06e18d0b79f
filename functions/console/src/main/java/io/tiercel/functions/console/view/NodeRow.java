package io.tiercel.functions.console.view;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;

/** A sensor. Absent texts are empty. */
public record NodeRow(
        String node,
        String state,
        String version,
        String kernel,
        String lastSeen,
        String startedAt,
        boolean verified,
        long rules,
        double eventsPerSecond,
        double filteredPerSecond,
        long lostEvents,
        long alerts,
        long ruleErrors,
        String captureMode,
        List<String> limitations) {
    public NodeRow {
        limitations = List.copyOf(limitations);
    }

    private static final double PERCENT = 100;

    /** Reads the body of {@code list-nodes}. */
    public static List<NodeRow> list(JsonNode body) {
        return Fields.items(body, "items").map(NodeRow::of).toList();
    }

    private static NodeRow of(JsonNode node) {
        return new NodeRow(
                Fields.text(node, "node"),
                Fields.text(node, "state"),
                Fields.text(node, "version"),
                Fields.text(node, "kernel"),
                Fields.text(node, "lastSeen"),
                Fields.text(node, "startedAt"),
                Fields.flag(node, "verified"),
                Fields.number(node, "rules"),
                node.path("eventsPerSecond").asDouble(0),
                node.path("filteredPerSecond").asDouble(0),
                Fields.number(node, "lostEvents"),
                Fields.number(node, "alerts"),
                Fields.number(node, "ruleErrors"),
                Fields.text(node, "captureMode"),
                Fields.items(node, "limitations")
                        .map(limitation -> Fields.text(limitation, "description"))
                        .toList());
    }

    /** Returns the class of the style sheet for the state. */
    public String stateClass() {
        return switch (state) {
            case "reporting" -> "good";
            case "silent" -> "bad";
            default -> "attention";
        };
    }

    /** Returns the events per second that reach the sensor. */
    public String events() {
        return rate(eventsPerSecond);
    }

    /** Returns the part of the events that the kernel dropped because no rule can match them. */
    public String filtered() {
        double all = eventsPerSecond + filteredPerSecond;
        return all <= 0
                ? rate(filteredPerSecond)
                : rate(filteredPerSecond) + String.format(Locale.ROOT, " (%.0f %%)", PERCENT * filteredPerSecond / all);
    }

    private static String rate(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.1f" : "%,.0f", value);
    }
}
