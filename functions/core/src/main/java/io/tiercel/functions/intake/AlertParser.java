package io.tiercel.functions.intake;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.AlertJson;
import io.tiercel.rules.alert.AlertLimits;
import io.tiercel.rules.alert.InvalidAlertException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Parses alerts of Tiercel, Falco and falcosidekick with the engine's {@link AlertJson}. Adds an id to alerts without one.
 * Checks the requirements of an incident, such as a rule name of one line and a time after the epoch.
 */
public final class AlertParser {
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
        String written = AlertDocuments.write(object);
        int bytes = AlertDocuments.utf8Length(written);
        if (bytes > AlertLimits.MAX_BYTES) {
            throw new AlertRejected(
                    RejectionReason.TOO_LARGE,
                    "the alert has " + bytes + " bytes; the maximum is " + AlertLimits.MAX_BYTES);
        }
        JsonNode ownId = object.get(AlertDocuments.ID);
        boolean sameText =
                ownId != null && ownId.isTextual() && ownId.textValue().equals(id);
        String complete =
                sameText ? written : AlertDocuments.write(object.deepCopy().put(AlertDocuments.ID, id));
        Alert alert =
                validate(sameText && AlertDocuments.isPlain(object, complete) ? readTree(object) : parse(complete));
        String sample =
                sameText && complete.length() <= IdentifiedAlert.SAMPLE_LIMIT && AlertDocuments.hasKnownKeys(object)
                        ? complete
                        : AlertDocuments.sample(object, id);
        return new IdentifiedAlert(id, alert, complete, sample);
    }

    /**
     * Parses an alert that has just arrived. Replaces times that are more than {@link FutureTimes#TOLERANCE} ahead.
     *
     * @param receivedAt the time of arrival
     * @throws AlertRejected if the document is not a valid alert; the message contains the problem
     */
    public static IdentifiedAlert parse(@Nullable JsonNode document, Instant receivedAt) {
        IdentifiedAlert identified = parse(document);
        return document instanceof ObjectNode object && FutureTimes.mustChange(identified.alert(), receivedAt)
                ? parse(FutureTimes.replaced(object, identified, receivedAt))
                : identified;
    }

    private static Alert parse(String document) {
        try {
            return AlertJson.read(document);
        } catch (InvalidAlertException e) {
            throw new AlertRejected(String.valueOf(e.getMessage()));
        }
    }

    /** Reads an alert from its tree, which costs less than from its text, with the same result. */
    private static Alert readTree(ObjectNode document) {
        try (JsonParser tree = document.traverse()) {
            return AlertJson.read(tree);
        } catch (InvalidAlertException e) {
            throw new AlertRejected(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Alert validate(Alert alert) {
        if (alert.rule().isBlank()) {
            throw new AlertRejected(
                    RejectionReason.RULE_NAME, "rule is blank; an alert requires rule, priority and time");
        }
        if (alert.rule().length() > AlertLimits.MAX_RULE_CHARACTERS) {
            throw new AlertRejected(
                    RejectionReason.RULE_NAME,
                    "rule has " + alert.rule().length() + " characters; the maximum is "
                            + AlertLimits.MAX_RULE_CHARACTERS);
        }
        if (alert.hostname().length() > AlertLimits.MAX_HOSTNAME_CHARACTERS) {
            throw new AlertRejected(
                    RejectionReason.HOSTNAME,
                    "hostname has " + alert.hostname().length() + " characters; the maximum is "
                            + AlertLimits.MAX_HOSTNAME_CHARACTERS);
        }
        if (alert.timeNanos() <= 0) {
            throw new AlertRejected(
                    RejectionReason.TIME, "time is not after 1970; check the clock of " + alert.hostname());
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
                alert.outputFields(),
                alert.context());
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
