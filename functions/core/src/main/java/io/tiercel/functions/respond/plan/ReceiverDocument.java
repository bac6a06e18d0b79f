package io.tiercel.functions.respond.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.enrich.TargetConfirmations;
import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.json.Json;
import io.tiercel.rules.alert.AlertJson;
import org.jspecify.annotations.Nullable;

/** The incident as JSON for external receivers, with the alert that led to the step and with the sender of that alert. */
final class ReceiverDocument {
    private ReceiverDocument() {}

    /**
     * Returns the document of an incident. Its {@code alert} is the one that led to the step, so that {@code sender} never
     * vouches for another alert.
     */
    static String of(String incidentId, @Nullable PlanContext context, @Nullable AffectedTarget affected) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("incident", incidentId);
        if (context != null) {
            document.setAll(tree(context.document()));
        }
        if (affected != null) {
            document.set("alert", tree(AlertJson.defaults().write(affected.alert())));
            addSender(document, affected.enrichment());
        }
        return document.toString();
    }

    private static void addSender(ObjectNode document, Enrichment enrichment) {
        Sender sender = enrichment.sender();
        ObjectNode node = document.putObject("sender");
        node.put("verified", sender.verified());
        node.put("kind", sender.kind().label());
        node.put("text", sender.text());
        TargetConfirmations.of(enrichment).doubts().forEach(document.putArray("doubts")::add);
    }

    private static ObjectNode tree(String json) {
        try {
            JsonNode node = Json.MAPPER.readTree(json);
            return node instanceof ObjectNode object ? object : JsonNodeFactory.instance.objectNode();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the document of the incident is not valid JSON", e);
        }
    }
}
