package io.tiercel.functions.console.view;

import com.fasterxml.jackson.databind.JsonNode;

/** The numbers above the list of incidents. */
public record Overview(
        long open,
        long escalated,
        long unacknowledged,
        long waitingForApproval,
        long closedToday,
        long nodes,
        long silentNodes) {
    /** Reads the body of {@code statistics}. */
    public static Overview of(JsonNode body) {
        return new Overview(
                Fields.number(body, "open"),
                Fields.number(body, "escalated"),
                Fields.number(body, "unacknowledged"),
                Fields.number(body, "waitingForApproval"),
                Fields.number(body, "closedToday"),
                Fields.number(body.path("nodes"), "total"),
                Fields.number(body.path("nodes"), "silent"));
    }
}
