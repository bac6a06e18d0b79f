package io.tiercel.functions.console.view;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * The last verification of the audit log. Absent texts are empty.
 *
 * @param anchoredAt time of the newest anchor
 * @param verifiedAt time of the last verification
 * @param findings number of damaged entries that it found
 * @param first the first finding
 */
public record Verification(String anchoredAt, String verifiedAt, long findings, String first) {
    /** Reads the member {@code verification} of {@code list-audit}. */
    public static Verification of(JsonNode node) {
        return new Verification(
                Fields.text(node, "anchoredAt"),
                Fields.text(node, "verifiedAt"),
                Fields.number(node, "findings"),
                Fields.text(node, "first"));
    }

    /** Returns whether there was a verification or an anchor. */
    public boolean known() {
        return !anchoredAt.isEmpty() || !verifiedAt.isEmpty();
    }

    /** Returns whether the verification found damage. */
    public boolean damaged() {
        return findings > 0;
    }
}
