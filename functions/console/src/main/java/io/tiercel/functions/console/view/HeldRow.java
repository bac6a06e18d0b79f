package io.tiercel.functions.console.view;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** A target that responses hold. Absent texts are empty. */
public record HeldRow(
        String target, String kind, String since, String strictest, List<Holder> holders, String restores) {
    /** A step that holds it. */
    public record Holder(String incident, String action) {
        /** Returns the beginning of the incident's id. */
        public String shortIncident() {
            return incident.substring(0, Math.min(8, incident.length()));
        }
    }

    /** Reads the body of {@code list-held}. */
    public static List<HeldRow> list(JsonNode body) {
        return Fields.items(body, "items")
                .map(node -> new HeldRow(
                        Fields.text(node, "target"),
                        Fields.text(node, "kind"),
                        Fields.text(node, "since"),
                        Fields.text(node, "strictest"),
                        Fields.items(node, "holders")
                                .map(holder -> new Holder(Fields.id(holder, "incident"), Fields.text(holder, "action")))
                                .toList(),
                        Fields.text(node, "restores")))
                .toList();
    }
}
