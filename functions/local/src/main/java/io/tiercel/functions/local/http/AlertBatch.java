package io.tiercel.functions.local.http;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.intake.AlertParser;
import io.tiercel.functions.intake.AlertRejected;
import io.tiercel.functions.intake.IdentifiedAlert;
import io.tiercel.functions.intake.RejectionReason;
import io.tiercel.functions.intake.SafeText;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.local.sqlite.AlertInbox;
import io.tiercel.functions.privacy.Redactor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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
        int lineEnd = text.indexOf('\n');
        boolean perhapsLines = lineEnd > 0 && text.startsWith("{");
        if (perhapsLines) {
            Element first = Element.of(text.substring(0, lineEnd));
            if (first.json() != null) {
                return lines(first, text, lineEnd + 1, collector);
            }
        }
        try {
            return document(text, collector);
        } catch (JsonProcessingException e) {
            if (perhapsLines) {
                return lines(
                        Element.of(text.substring(0, lineEnd)), text, lineEnd + 1, new Collector(redactor, receivedAt));
            }
            throw new UnreadableBodyException("the body is not JSON: " + problem(e));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** Reads one alert or an array. Each alert is a tree of its own, which is dropped before the next one is read. */
    private static AlertBatch document(String text, Collector collector) throws IOException, TooManyAlertsException {
        boolean tooMany = false;
        try (JsonParser json = Json.SINGLE_DOCUMENT.createParser(text)) {
            if (json.nextToken() == JsonToken.START_ARRAY) {
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    JsonNode element = Json.MAPPER.readTree(json);
                    tooMany |= collector.size() == MAX_ALERTS;
                    if (!tooMany) {
                        collector.add(new Element(element, ""));
                    }
                }
            } else {
                collector.add(new Element(Json.MAPPER.readTree(json), ""));
            }
            if (json.nextToken() != null) {
                throw new JsonParseException(json, "unexpected text after the JSON value");
            }
        }
        if (tooMany) {
            throw new TooManyAlertsException();
        }
        return collector.batch();
    }

    private static AlertBatch lines(Element first, String text, int start, Collector collector)
            throws UnreadableBodyException, TooManyAlertsException {
        boolean readable = first.json() != null;
        collector.add(first);
        for (int from = start; from < text.length(); ) {
            int newline = text.indexOf('\n', from);
            int end = newline < 0 ? text.length() : newline;
            String line = text.substring(from, end);
            from = end + 1;
            if (!line.isBlank()) {
                if (collector.size() == MAX_ALERTS) {
                    throw new TooManyAlertsException();
                }
                Element element = Element.of(line);
                readable |= element.json() != null;
                collector.add(element);
            }
        }
        if (!readable) {
            throw new UnreadableBodyException("the body is not JSON: line 1: " + first.problem());
        }
        return collector.batch();
    }

    /** Redacts and parses documents one by one. */
    private static final class Collector {
        private final Redactor redactor;
        private final Instant receivedAt;
        private final List<IdentifiedAlert> alerts = new ArrayList<>();
        private final List<Rejected> rejected = new ArrayList<>();

        Collector(Redactor redactor, Instant receivedAt) {
            this.redactor = redactor;
            this.receivedAt = receivedAt;
        }

        int size() {
            return alerts.size() + rejected.size();
        }

        void add(Element element) {
            JsonNode json = element.json();
            if (json == null) {
                Redactor.Unreadable unreadable = redactor.unreadable(element.text(), element.problem());
                rejected.add(AlertBatch.rejected(
                        size(),
                        new AlertRejected(RejectionReason.NOT_JSON, "not JSON: " + unreadable.reason()),
                        unreadable.document()));
                return;
            }
            JsonNode redacted = redactor.alert(json);
            try {
                alerts.add(AlertParser.parse(redacted, receivedAt));
            } catch (AlertRejected e) {
                rejected.add(AlertBatch.rejected(size(), e, redacted.toString()));
            }
        }

        AlertBatch batch() {
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
