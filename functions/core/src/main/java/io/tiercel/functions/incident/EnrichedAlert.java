package io.tiercel.functions.incident;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.intake.AlertParser;
import io.tiercel.functions.intake.AlertRejected;
import io.tiercel.functions.intake.IdentifiedAlert;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code enrich} hands on to {@code deduplicate}: the cause, found in the whole alert, and the alert with its long texts
 * cut, so that alert and enrichment fit one message. As JSON: {@code {"alert":{...},"fingerprint":{...},"enrichment":{...}}}.
 *
 * @param alert the alert, {@link IdentifiedAlert#sampleDocument}
 * @param fingerprint its cause
 * @param enrichment what is known beyond it
 */
public record EnrichedAlert(IdentifiedAlert alert, Fingerprint fingerprint, Enrichment enrichment) {
    private static final JsonMapper JSON = JsonMapper.builder()
            // Functions of two versions run side by side while a new one is deployed.
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private static final List<String> ENRICHMENT = List.of("host", "techniques", "tactics");
    private static final List<String> FINGERPRINT = List.of("cluster", "rule", "workload", "executable", "target");

    /** As one line of JSON. */
    public String toJson() {
        ObjectNode message = JSON.createObjectNode();
        message.set("alert", tree(alert.sampleDocument()));
        message.set("fingerprint", JSON.valueToTree(fingerprint));
        message.set("enrichment", JSON.valueToTree(enrichment));
        return message.toString();
    }

    /**
     * Reads what {@link #toJson} wrote.
     *
     * @throws AlertRejected if it is not that
     */
    public static EnrichedAlert parse(@Nullable JsonNode message) {
        if (!(message instanceof ObjectNode object)) {
            throw new AlertRejected("an enriched alert is a JSON object {...}, this is not");
        }
        return new EnrichedAlert(
                AlertParser.parse(object.get("alert")),
                part(object, "fingerprint", FINGERPRINT, Fingerprint.class),
                part(object, "enrichment", ENRICHMENT, Enrichment.class));
    }

    /** As the store counts it. */
    public IncidentAlert toIncidentAlert() {
        return new IncidentAlert(alert.id(), alert.alert(), alert.sampleDocument(), fingerprint, enrichment);
    }

    private static <T> T part(ObjectNode message, String name, List<String> needed, Class<T> type) {
        JsonNode part = message.path(name);
        for (String key : needed) {
            if (!part.hasNonNull(key)) {
                throw new AlertRejected(name + "." + key + " is missing: this is not from the enrich function");
            }
        }
        try {
            return JSON.treeToValue(part, type);
        } catch (JsonProcessingException e) {
            throw new AlertRejected(name + " is not as the enrich function writes it: " + e.getOriginalMessage());
        }
    }

    private static JsonNode tree(String document) {
        try {
            return JSON.readTree(document);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a sample is JSON", e);
        }
    }
}
