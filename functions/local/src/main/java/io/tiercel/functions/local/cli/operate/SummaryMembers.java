package io.tiercel.functions.local.cli.operate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;

/** Reduces an incident with all details to the members of lists, so that {@code watch} prints one form. */
final class SummaryMembers {
    private static final Set<String> DETAILS = Set.of(
            "headline",
            "techniques",
            "doubts",
            "enrichment",
            "alerts",
            "plan",
            "comments",
            "notifications",
            "audit",
            "silencedBy");

    private SummaryMembers() {}

    static JsonNode of(JsonNode incident) {
        return incident instanceof ObjectNode object ? object.deepCopy().remove(DETAILS) : incident;
    }
}
