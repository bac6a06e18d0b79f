package io.tiercel.functions.notify.template;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.notify.json.NotificationEvent;
import io.tiercel.functions.notify.text.MessageFact;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Models with which templates are checked when the notification file is loaded. Their texts contain quotation marks and braces, so that
 * a text that a template does not quote makes the document invalid.
 */
final class TemplateSamples {
    private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");
    private static final String HOSTILE = "\"a\", {b: <c>} @here \\ `d`";

    private TemplateSamples() {}

    /** Returns incidents of every event, with and without a response. */
    static List<Map<String, Object>> incidents(UnaryOperator<String> texts) {
        List<Map<String, Object>> models = new ArrayList<>();
        for (NotificationEvent event : NotificationEvent.values()) {
            ObjectNode document = document("sample-incident.json", event);
            ((ObjectNode) document.get("incident")).put("state", event == NotificationEvent.CLOSED ? "closed" : "open");
            models.add(model(document, texts));
            document.remove("response");
            models.add(model(document, texts));
        }
        return models;
    }

    /** Returns groups of every event that groups have. */
    static List<Map<String, Object>> groups(UnaryOperator<String> texts) {
        List<Map<String, Object>> models = new ArrayList<>();
        for (NotificationEvent event :
                List.of(NotificationEvent.OPENED, NotificationEvent.GROWN, NotificationEvent.CLOSED)) {
            ObjectNode document = document("sample-group.json", event);
            ((ObjectNode) document.get("group")).put("state", event == NotificationEvent.CLOSED ? "closed" : "open");
            models.add(model(document, texts));
        }
        return models;
    }

    private static ObjectNode document(String resource, NotificationEvent event) {
        try {
            ObjectNode document = (ObjectNode) Json.MAPPER.readTree(TemplatePreset.resource(resource));
            return document.put("event", event.label());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("invalid resource " + resource, e);
        }
    }

    private static Map<String, Object> model(ObjectNode document, UnaryOperator<String> texts) {
        TemplateModel.Message message = new TemplateModel.Message(
                HOSTILE,
                "0123456789abcdef01234567-0-01234567",
                HOSTILE,
                List.of(new MessageFact("Workload", HOSTILE), new MessageFact("Count", "3")),
                TIME);
        return TemplateModel.of(document, message, texts);
    }
}
