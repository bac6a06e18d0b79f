package io.tiercel.functions.console.view;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** A silence. Absent texts are empty. */
public record SilenceRow(
        String id,
        String condition,
        String reason,
        String by,
        String createdAt,
        String until,
        String state,
        long withheld) {
    static SilenceRow of(JsonNode node) {
        return new SilenceRow(
                Fields.id(node, "id"),
                Fields.text(node, "condition"),
                Fields.text(node, "reason"),
                Fields.text(node, "by"),
                Fields.text(node, "createdAt"),
                Fields.text(node, "until"),
                Fields.text(node, "state"),
                Fields.number(node, "withheld"));
    }

    /** Reads the body of {@code list-silences}. */
    public static List<SilenceRow> list(JsonNode body) {
        return Fields.items(body, "items").map(SilenceRow::of).toList();
    }

    /** Returns whether it withholds messages now. */
    public boolean active() {
        return state.equals("active");
    }
}
