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
 * Parses alerts of Tiercel, Falco and falcosidekick with the engine's {@link AlertJson}. Adds an id to alerts without one.
 * Checks the requirements of an incident, such as a rule name of one line and a time after the epoch.
 */
public final class AlertParser {
    /** Maximum length of a rule name, in characters. */
    public static final int MAX_RULE_CHARACTERS = 512;

    /** Maximum size of an alert, in bytes of UTF-8: the size limit of an SQS message. */
    public static final int MAX_BYTES = 256 * 1024;

    /** Maximum length of a host name, in characters: the limit of resolvers plus a margin. */
    public static final int MAX_HOSTNAME_CHARACTERS = 1024;

    private static final int MAX_ID_CHARACTERS = 256;

    private AlertParser() {}

    /**
     * Parses an alert.
     *
     * @param document the JSON document; null if there is none
     * @throws AlertRejected if the document is not a valid alert; the message contains the problem
     */
    public static IdentifiedAlert parse(@Nullable JsonNode document) {
        if (!(document instanceof ObjectNode object)) {
            throw new AlertRejected("expected an alert as a JSON object {...}");
        }
        String id = id(object);
        int bytes = AlertDocuments.write(object).getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_BYTES) {
            throw new AlertRejected("the alert has " + bytes + " bytes; the maximum is " + MAX_BYTES);
        }
        String complete = AlertDocuments.write(object.deepCopy().put(AlertDocuments.ID, id));
        Alert alert = validate(parse(complete));
        return new IdentifiedAlert(id, alert, complete, AlertDocuments.sample(object, id));
    }

    private static Alert parse(String document) {
        try {
            return AlertJson.read(document);
        } catch (InvalidAlertException e) {
            throw new AlertRejected(SafeText.oneLine(String.valueOf(e.getMessage())));
        }
    }

    private static Alert validate(Alert alert) {
        if (alert.rule().isBlank()) {
            throw new AlertRejected("rule is blank; an alert requires rule, priority and time");
        }
        if (alert.rule().length() > MAX_RULE_CHARACTERS) {
            throw new AlertRejected(
                    "rule has " + alert.rule().length() + " characters; the maximum is " + MAX_RULE_CHARACTERS);
        }
        if (alert.hostname().length() > MAX_HOSTNAME_CHARACTERS) {
            throw new AlertRejected("hostname has " + alert.hostname().length() + " characters; the maximum is "
                    + MAX_HOSTNAME_CHARACTERS);
        }
        if (alert.timeNanos() <= 0) {
            throw new AlertRejected("time is not after 1970; check the clock of " + SafeText.oneLine(alert.hostname()));
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

    /** Returns Tiercel's id, else falcosidekick's, else a hash of the content. */
    private static String id(ObjectNode object) {
        for (String key : List.of(AlertDocuments.ID, "uuid")) {
            JsonNode value = object.get(key);
            if (value != null
                    && value.isTextual()
                    && !value.textValue().isBlank()
                    && value.textValue().length() <= MAX_ID_CHARACTERS) {
                return SafeText.oneLine(value.textValue());
            }
        }
        return AlertDocuments.contentId(object);
    }
}
