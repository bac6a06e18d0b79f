package io.tiercel.functions.console.view;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** An entry of the audit log. Absent texts are empty. */
public record AuditRow(String at, String by, String incident, String action, String details, String verification) {
    /** Reads the body of {@code list-audit}. */
    public static List<AuditRow> list(JsonNode body) {
        return Fields.items(body, "items")
                .map(node -> new AuditRow(
                        Fields.text(node, "at"),
                        Fields.text(node, "by"),
                        Fields.id(node, "incident"),
                        Fields.text(node, "action"),
                        Fact.line(node.path("details")),
                        Fields.text(node, "verification")))
                .toList();
    }

    /** Returns the state of the verification for people. */
    public String verificationText() {
        return verification.replace('-', ' ');
    }

    /** Returns the class of the style sheet for the verification. */
    public String verificationClass() {
        return switch (verification) {
            case "anchored" -> "good";
            case "damaged" -> "bad";
            default -> "quiet";
        };
    }

    /** Returns the beginning of the incident's id. */
    public String shortIncident() {
        return incident.substring(0, Math.min(8, incident.length()));
    }
}
