package io.tiercel.functions.intake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.AlertJson;
import io.tiercel.rules.alert.InvalidAlertException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes alerts in: ours, Falco's and falcosidekick's. The engine's {@link AlertJson} reads them; added here are an id for
 * those that have none, and what an incident needs: a rule's name that fits a line, and a time after the epoch.
 */
public final class AlertParser {
    /** Longest rule name, in characters. */
    public static final int MAX_RULE_CHARACTERS = 512;

    /** Largest alert, in bytes of UTF-8: what a message of SQS holds. */
    public static final int MAX_BYTES = 256 * 1024;

    /** Longest host name, in characters: what a resolver takes, and some room. */
    public static final int MAX_HOSTNAME_CHARACTERS = 1024;

    private static final int MAX_ID_CHARACTERS = 256;

    private AlertParser() {}

    /**
     * Reads an alert.
     *
     * @param document the JSON document; null where there was none
     * @throws AlertRejected if it is not an alert; the message says what is wrong
     */
    public static IdentifiedAlert parse(@Nullable JsonNode document) {
        if (!(document instanceof ObjectNode object)) {
            throw new AlertRejected("an alert is a JSON object {...}, this is not");
        }
        String id = id(object);
        int bytes = AlertDocuments.write(object).getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_BYTES) {
            throw new AlertRejected("the alert has " + bytes + " bytes: at most " + MAX_BYTES);
        }
        String complete = AlertDocuments.write(object.deepCopy().put(AlertDocuments.ID, id));
        Alert alert = checked(parsed(complete));
        return new IdentifiedAlert(id, alert, complete, AlertDocuments.sample(object, id));
    }

    private static Alert parsed(String document) {
        try {
            return AlertJson.read(document);
        } catch (InvalidAlertException e) {
            throw new AlertRejected(SafeText.oneLine(String.valueOf(e.getMessage())));
        }
    }

    private static Alert checked(Alert alert) {
        if (alert.rule().isBlank()) {
            throw new AlertRejected("rule is blank: an alert needs rule, priority and time");
        }
        if (alert.rule().length() > MAX_RULE_CHARACTERS) {
            throw new AlertRejected(
                    "rule has " + alert.rule().length() + " characters: at most " + MAX_RULE_CHARACTERS);
        }
        if (alert.hostname().length() > MAX_HOSTNAME_CHARACTERS) {
            throw new AlertRejected(
                    "hostname has " + alert.hostname().length() + " characters: at most " + MAX_HOSTNAME_CHARACTERS);
        }
        if (alert.timeNanos() <= 0) {
            throw new AlertRejected(
                    "time is not after 1970: the clock of " + SafeText.oneLine(alert.hostname()) + " is wrong");
        }
        return new Alert(
                alert.id(),
                alert.hostname(),
                alert.timeNanos(),
                alert.priority(),
                SafeText.oneLine(alert.rule()),
                alert.source(),
                alert.tags(),
                alert.message(),
                alert.outputFields());
    }

    /** Ours, else falcosidekick's, else one that the same content gets again. */
    private static String id(ObjectNode object) {
        for (String key : List.of(AlertDocuments.ID, "uuid")) {
            JsonNode given = object.get(key);
            if (given != null
                    && given.isTextual()
                    && !given.textValue().isBlank()
                    && given.textValue().length() <= MAX_ID_CHARACTERS) {
                return SafeText.oneLine(given.textValue());
            }
        }
        return AlertDocuments.contentId(object);
    }
}
