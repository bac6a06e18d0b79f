package io.tiercel.functions.incident;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.intake.AlertParser;
import io.tiercel.functions.intake.AlertRejected;
import io.tiercel.functions.intake.IdentifiedAlert;
import io.tiercel.functions.json.Json;
import org.jspecify.annotations.Nullable;

/**
 * A sensor's message about itself on its way from {@code enrich} to {@code deduplicate}, which stores it. JSON form: {@code
 * {"health":{...},"sender":{...}}}.
 *
 * @param message the message, {@link IdentifiedAlert#sampleDocument}
 * @param sender its sender
 */
public record SensorHealth(IdentifiedAlert message, Sender sender) {
    private static final String HEALTH = "health";

    /** Returns whether a message is the output of {@link #toJson} and not an enriched alert. */
    public static boolean isSensorHealth(@Nullable JsonNode message) {
        return message != null && message.has(HEALTH);
    }

    /** Returns the message as one line of JSON. */
    public String toJson() {
        ObjectNode json = Json.LENIENT.createObjectNode();
        json.set(HEALTH, Json.read(message.sampleDocument(), JsonNode.class, IllegalStateException::new));
        json.set("sender", Json.LENIENT.valueToTree(sender));
        return json.toString();
    }

    /**
     * Parses the output of {@link #toJson}.
     *
     * @throws AlertRejected if the message has another form
     */
    public static SensorHealth parse(JsonNode message) {
        JsonNode sender = message.path("sender");
        if (!sender.hasNonNull("kind")) {
            throw new AlertRejected("sender.kind is missing: the enrich function did not send this message");
        }
        try {
            return new SensorHealth(
                    AlertParser.parse(message.get(HEALTH)), Json.LENIENT.treeToValue(sender, Sender.class));
        } catch (JsonProcessingException e) {
            throw new AlertRejected("sender is invalid: " + e.getOriginalMessage());
        }
    }
}
