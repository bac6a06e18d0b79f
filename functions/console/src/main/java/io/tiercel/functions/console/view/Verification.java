package io.tiercel.functions.console.view;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * The last verification of the audit log.
 *
 * @param known whether there was one
 * @param damaged whether it found damage
 */
public record Verification(boolean known, boolean damaged, List<Fact> facts) {
    /** Reads the member {@code verification} of {@code list-audit}. */
    public static Verification of(JsonNode node) {
        List<Fact> facts = Fact.of(node);
        return new Verification(!facts.isEmpty(), isDamaged(node), facts);
    }

    private static boolean isDamaged(JsonNode node) {
        JsonNode damaged = node.path("damaged");
        return Fields.text(node, "state").equals("damaged")
                || damaged.asBoolean(false)
                || damaged.asLong(0) > 0
                || (damaged.isArray() && !damaged.isEmpty());
    }
}
