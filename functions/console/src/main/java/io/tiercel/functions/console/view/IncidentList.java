package io.tiercel.functions.console.view;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * A page of the list of incidents.
 *
 * @param next the cursor of the next page; empty on the last one
 * @param total number of incidents that match; -1 if unknown
 */
public record IncidentList(List<IncidentRow> rows, FormValue next, long total) {
    /** Reads the body of {@code list-incidents}. */
    public static IncidentList of(JsonNode body) {
        return new IncidentList(
                Fields.items(body, "items").map(IncidentRow::of).toList(),
                new FormValue(Fields.text(body, "next")),
                body.path("total").asLong(-1));
    }

    /** Returns whether a further page exists. */
    public boolean more() {
        return !next.text().isEmpty();
    }
}
