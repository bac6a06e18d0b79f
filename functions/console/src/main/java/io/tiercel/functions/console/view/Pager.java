package io.tiercel.functions.console.view;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * The way to the next page of a list.
 *
 * @param path path of the list
 * @param next cursor of the next page; empty on the last one
 * @param first whether this is the first page
 */
public record Pager(String path, FormValue next, boolean first) {
    /** Reads the cursor of an answer. */
    public static Pager of(String path, JsonNode body, String cursor) {
        return new Pager(path, new FormValue(Fields.text(body, "next")), cursor.isEmpty());
    }

    /** Returns whether a further page exists. */
    public boolean more() {
        return !next.text().isEmpty();
    }
}
