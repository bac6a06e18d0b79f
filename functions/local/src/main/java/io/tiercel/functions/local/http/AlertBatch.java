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
import org.jspecify.annotations.Nullable;

/**
 * The parsed body of a request: one alert, an array, or one alert per line. An invalid alert is rejected without affecting the
 * others. The whole body is rejected only if no part of it is JSON, or if an array has no end.
 *
 * @param alerts the valid alerts, in order
 * @param rejected the rejected documents
 */
record AlertBatch(List<IdentifiedAlert> alerts, List<Rejected> rejected) {
    static final int MAX_ALERTS = 1_000;

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
        Collector collector = new Collector(redactor, receivedAt);
        if (text.startsWith("[")) {
            elements(text, collector);
            return collector.batch("element 1: ");
        }
        int lineEnd = text.indexOf('\n');
        boolean perhapsLines = lineEnd > 0 && text.startsWith("{");
        if (!perhapsLines || Element.of(text.substring(0, lineEnd)).json() == null) {
            Element whole = Element.of(text);
            if (whole.json() != null || !perhapsLines) {
                collector.add(whole);
                return collector.batch("");
            }
        }
        lines(text, collector);
        return collector.batch("line 1: ");
    }

    /**
     * Reads the elements of an array one by one, so that an element that breaks a limit of the parser, such as too many digits or
     * levels, does not affect the others.
     */
    private static void elements(String text, Collector collector)
            throws UnreadableBodyException, TooManyAlertsException {
        boolean quoted = false;
        int depth = 0;
        int start = 1;
        for (int i = 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quoted) {
                i += c == '\\' ? 1 : 0;
                quoted = c != '"';
            } else if (c == '"') {
                quoted = true;
            } else if (c == '[' || c == '{') {
                depth++;
            } else if (depth == 0 && (c == ',' || c == ']')) {
                String element = text.substring(start, i);
                if (c == ',' || start > 1 || !element.isBlank()) {
                    collector.add(Element.of(element));
                }
                if (c == ']' && i == text.length() - 1) {
                    return;
                }
                start = i + 1;
                depth = c == ']' ? -1 : 0;
            } else if (c == ']' || c == '}') {
                depth--;
            }
            if (depth < 0) {
                throw new UnreadableBodyException("the body is not JSON: unexpected text after the array");
            }
        }
        throw new UnreadableBodyException("the body is not JSON: the array has no end");
    }

    private static void lines(String text, Collector collector) throws TooManyAlertsException {
        for (int from = 0; from < text.length(); ) {
            int newline = text.indexOf('\n', from);
            int end = newline < 0 ? text.length() : newline;
            String line = text.substring(from, end);
            from = end + 1;
            if (!line.isBlank()) {
                collector.add(Element.of(line));
            }
        }
    }

    /** Redacts and parses documents one by one. */
    private static final class Collector {
        private final Redactor redactor;
        private final Instant receivedAt;
        private final List<IdentifiedAlert> alerts = new ArrayList<>();
        private final List<Rejected> rejected = new ArrayList<>();
        private int unreadable;
        private String firstProblem = "";

        Collector(Redactor redactor, Instant receivedAt) {
            this.redactor = redactor;
            this.receivedAt = receivedAt;
        }

        int size() {
            return alerts.size() + rejected.size();
        }

        void add(Element element) throws TooManyAlertsException {
            if (size() == MAX_ALERTS) {
                throw new TooManyAlertsException();
            }
            JsonNode json = element.json();
            if (json == null) {
                firstProblem = unreadable++ == 0 ? element.problem() : firstProblem;
                Redactor.Unreadable redacted = redactor.unreadable(element.text(), element.problem());
                rejected.add(AlertBatch.rejected(
                        size(),
                        new AlertRejected(RejectionReason.NOT_JSON, "not JSON: " + redacted.reason()),
                        redacted.document()));
                return;
            }
            JsonNode redacted = redactor.alert(json);
            try {
                alerts.add(AlertParser.parse(redacted, receivedAt));
            } catch (AlertRejected e) {
                rejected.add(AlertBatch.rejected(size(), e, redacted.toString()));
            }
        }

        /** @param where where the first problem is, for the message */
        AlertBatch batch(String where) throws UnreadableBodyException {
            if (unreadable > 0 && unreadable == size()) {
                throw new UnreadableBodyException("the body is not JSON: " + where + firstProblem);
            }
            return new AlertBatch(List.copyOf(alerts), List.copyOf(rejected));
        }
    }

    private static Rejected rejected(int index, AlertRejected rejection, String document) {
        return new Rejected(index, new AlertInbox.RejectedDocument(rejection.code(), rejection.reason(), document));
    }

    /** Parts of names in the messages of the parser that mean nothing to senders. */
    private static final List<String> PARSER_NAMES = List.of("Feature", "StreamRead", "JsonNode", "java");

    private static String problem(JsonProcessingException e) {
        String location = e.getLocation() == null
                ? ""
                : " (line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr() + ")";
        String message =
                String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
        // Some messages name settings of the parser.
        boolean internal = PARSER_NAMES.stream().anyMatch(message::contains);
        return SafeText.oneLine(internal ? "it is not one JSON document of the permitted size" : message) + location;
    }

    /** A part of the body that may be an alert: its JSON, or its text and the parse error. */
    private record Element(@Nullable JsonNode json, String text, String problem) {
        static Element of(String line) {
            try {
                JsonNode json = Json.SINGLE_DOCUMENT.readTree(line);
                return json.isMissingNode()
                        ? new Element(null, line, "an element is empty")
                        : new Element(json, "", "");
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
