package io.tiercel.functions.incident;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.intake.AlertParser;
import io.tiercel.functions.intake.AlertRejected;
import io.tiercel.functions.intake.IdentifiedAlert;
import io.tiercel.functions.json.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The message from {@code enrich} to {@code deduplicate}. The fingerprint is computed from the whole alert. The alert's long texts
 * are truncated afterwards, so that alert and enrichment fit into one message. JSON form: {@code
 * {"alert":{...},"fingerprint":{...},"enrichment":{...}}}.
 *
 * @param alert the alert, {@link IdentifiedAlert#sampleDocument}
 * @param fingerprint its cause
 * @param enrichment facts that the alert itself does not contain
 */
public record EnrichedAlert(IdentifiedAlert alert, Fingerprint fingerprint, Enrichment enrichment) {
    private static final List<String> ENRICHMENT = List.of("host", "techniques", "tactics");
    private static final List<String> FINGERPRINT = List.of("cluster", "rule", "workload", "executable", "target");

    /** Returns the message as one line of JSON. */
    public String toJson() {
        ObjectNode message = Json.LENIENT.createObjectNode();
        message.set("alert", tree(alert.sampleDocument()));
        message.set("fingerprint", Json.LENIENT.valueToTree(fingerprint));
        message.set("enrichment", Json.LENIENT.valueToTree(enrichment));
        return message.toString();
    }

    /**
     * Parses the output of {@link #toJson}.
     *
     * @throws AlertRejected if the message has another form
     */
    public static EnrichedAlert parse(@Nullable JsonNode message) {
        if (!(message instanceof ObjectNode object)) {
            throw new AlertRejected("expected an enriched alert as a JSON object {...}");
        }
        Fingerprint fingerprint = part(object, "fingerprint", FINGERPRINT, Fingerprint.class);
        if (fingerprint.folded()) {
            throw new AlertRejected("fingerprint.folded is true: the enrich function did not send this message");
        }
        return new EnrichedAlert(
                AlertParser.parse(object.get("alert")),
                fingerprint,
                part(object, "enrichment", ENRICHMENT, Enrichment.class));
    }

    /** Returns the form in which the store records the alert. */
    public IncidentAlert toIncidentAlert() {
        return new IncidentAlert(
                enrichment.sender().scoped(alert.id()), alert.alert(), alert.sampleDocument(), fingerprint, enrichment);
    }

    private static <T> T part(ObjectNode message, String name, List<String> required, Class<T> type) {
        JsonNode part = message.path(name);
        for (String key : required) {
            if (!part.hasNonNull(key)) {
                throw new AlertRejected(
                        name + "." + key + " is missing: the enrich function did not send this message");
            }
        }
        try {
            return Json.LENIENT.treeToValue(part, type);
        } catch (JsonProcessingException e) {
            throw new AlertRejected(name + " is invalid: " + e.getOriginalMessage());
        }
    }

    private static JsonNode tree(String document) {
        try {
            return Json.LENIENT.readTree(document);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the sample document is not valid JSON", e);
        }
    }
}
