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
        return new Verification(!facts.isEmpty(), Fields.number(node, "findings") > 0, facts);
    }
}
