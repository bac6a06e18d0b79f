package io.tiercel.functions.local.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.intake.AlertParser;
import io.tiercel.functions.intake.AlertRejected;
import io.tiercel.functions.intake.IdentifiedAlert;
import io.tiercel.functions.intake.RejectionReason;
import io.tiercel.functions.intake.SafeText;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.local.sqlite.AlertInbox;
import io.tiercel.functions.privacy.Redactor;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The parsed body of a request: one alert, an array, or one alert per line. An invalid alert is rejected without affecting the
 * others. The whole body is rejected only if it is not JSON, or if an array is malformed.
 *
 * @param alerts the valid alerts, in order
 * @param rejected the rejected documents
 */
record AlertBatch(List<IdentifiedAlert> alerts, List<Rejected> rejected) {
    static final int MAX_ALERTS = 1_000;

    private static final Pattern LINE_END = Pattern.compile("\n");

    /**
     * A rejected alert.
     *
     * @param index its index in the batch, from 0
     */
    record Rejected(int index, AlertInbox.RejectedDocument document) {}

    /**
     * Parses a body and redacts its documents.
     *
     * @param receivedAt the current time
     * @throws UnreadableBodyException if the body contains no JSON
     * @throws TooManyAlertsException if the body contains more than {@link #MAX_ALERTS}
     */
    static AlertBatch parse(String body, Redactor redactor, Instant receivedAt)
            throws UnreadableBodyException, TooManyAlertsException {
        String text = body.strip();
        if (text.isEmpty()) {
            throw new UnreadableBodyException(
                    "the body is empty; post an alert, an array of alerts, or one alert per line");
        }
        int lineEnd = text.indexOf('\n');
        if (lineEnd > 0 && text.startsWith("{") && isJson(text.substring(0, lineEnd))) {
            return lines(text, redactor, receivedAt);
        }
        try {
            JsonNode root = Json.SINGLE_DOCUMENT.readTree(text);
            List<Element> elements = new ArrayList<>();
            if (root.isArray()) {
                root.forEach(element -> elements.add(new Element(element, "")));
            } else {
                elements.add(new Element(root, ""));
            }
            return of(elements, redactor, receivedAt);
        } catch (JsonProcessingException e) {
            if (lineEnd > 0 && text.startsWith("{")) {
                return lines(text, redactor, receivedAt);
            }
            throw new UnreadableBodyException("the body is not JSON: " + problem(e));
        }
    }

    private static AlertBatch lines(String text, Redactor redactor, Instant receivedAt)
            throws UnreadableBodyException, TooManyAlertsException {
        List<Element> elements = new ArrayList<>();
        boolean readable = false;
        for (String line : (Iterable<String>) LINE_END.splitAsStream(text)::iterator) {
            if (!line.isBlank()) {
                if (elements.size() == MAX_ALERTS) {
                    throw new TooManyAlertsException();
                }
                Element element = Element.of(line);
                readable |= element.json() != null;
                elements.add(element);
            }
        }
        if (!readable) {
            throw new UnreadableBodyException(
                    "the body is not JSON: line 1: " + elements.getFirst().problem());
        }
        return of(elements, redactor, receivedAt);
    }

    private static AlertBatch of(List<Element> elements, Redactor redactor, Instant receivedAt)
            throws TooManyAlertsException {
        if (elements.size() > MAX_ALERTS) {
            throw new TooManyAlertsException();
        }
        List<IdentifiedAlert> alerts = new ArrayList<>(elements.size());
        List<Rejected> rejected = new ArrayList<>();
        for (int i = 0; i < elements.size(); i++) {
            Element element = elements.get(i);
            JsonNode json = element.json();
            if (json == null) {
                Redactor.Unreadable unreadable = redactor.unreadable(element.text(), element.problem());
                rejected.add(rejected(
                        i,
                        new AlertRejected(RejectionReason.NOT_JSON, "not JSON: " + unreadable.reason()),
                        unreadable.document()));
                continue;
            }
            JsonNode redacted = redactor.alert(json);
            try {
                alerts.add(AlertParser.parse(redacted, receivedAt));
            } catch (AlertRejected e) {
                rejected.add(rejected(i, e, redacted.toString()));
            }
        }
        return new AlertBatch(alerts, rejected);
    }

    private static Rejected rejected(int index, AlertRejected rejection, String document) {
        return new Rejected(index, new AlertInbox.RejectedDocument(rejection.code(), rejection.reason(), document));
    }

    private static boolean isJson(String line) {
        return Element.of(line).json() != null;
    }

    private static String problem(JsonProcessingException e) {
        String location = e.getLocation() == null
                ? ""
                : " (line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr() + ")";
        return SafeText.oneLine(String.valueOf(e.getOriginalMessage())
                        .lines()
                        .findFirst()
                        .orElse(""))
                + location;
    }

    /** A part of the body that may be an alert: its JSON, or its text and the parse error. */
    private record Element(@Nullable JsonNode json, String text, String problem) {
        Element(JsonNode json, String text) {
            this(json, text, "");
        }

        static Element of(String line) {
            try {
                return new Element(Json.SINGLE_DOCUMENT.readTree(line), line);
            } catch (JsonProcessingException e) {
                return new Element(null, line, AlertBatch.problem(e));
            }
        }
    }

    /** The body contains no JSON. */
    static final class UnreadableBodyException extends Exception {
        private static final long serialVersionUID = 1L;

        UnreadableBodyException(String message) {
            super(message);
        }
    }

    /** The body contains too many alerts. */
    static final class TooManyAlertsException extends Exception {
        private static final long serialVersionUID = 1L;

        TooManyAlertsException() {
            super("more than " + MAX_ALERTS + " alerts in one post; post them in several");
        }
    }
}
