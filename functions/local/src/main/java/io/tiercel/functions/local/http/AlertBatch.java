package io.tiercel.functions.local.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.intake.AlertParser;
import io.tiercel.functions.intake.AlertRejected;
import io.tiercel.functions.intake.IdentifiedAlert;
import io.tiercel.functions.intake.SafeText;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.local.sqlite.AlertInbox;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The parsed body of a request: one alert, an array, or one alert per line. An invalid alert is rejected without affecting the
 * others. The whole body is rejected only if it is not JSON, or if an array is malformed.
 *
 * @param alerts the valid alerts, in order
 * @param refused the rejected documents
 */
record AlertBatch(List<IdentifiedAlert> alerts, List<Refused> refused) {
    static final int MAX_ALERTS = 1_000;

    /**
     * A rejected alert.
     *
     * @param index its index in the batch, from 0
     */
    record Refused(int index, AlertInbox.Refusal refusal) {}

    /**
     * Parses a body.
     *
     * @throws Unreadable if the body contains no JSON
     * @throws TooMany if the body contains more than {@link #MAX_ALERTS}
     */
    static AlertBatch parse(String body) throws Unreadable, TooMany {
        String text = body.strip();
        if (text.isEmpty()) {
            throw new Unreadable("the body is empty; post an alert, an array of alerts, or one alert per line");
        }
        int lineEnd = text.indexOf('\n');
        if (lineEnd > 0 && text.startsWith("{") && parses(text.substring(0, lineEnd))) {
            return lines(text);
        }
        try {
            JsonNode root = Json.SINGLE_DOCUMENT.readTree(text);
            List<Piece> pieces = new ArrayList<>();
            if (root.isArray()) {
                root.forEach(element -> pieces.add(new Piece(element, "")));
            } else {
                pieces.add(new Piece(root, ""));
            }
            return of(pieces);
        } catch (JsonProcessingException e) {
            if (lineEnd > 0 && text.startsWith("{")) {
                return lines(text);
            }
            throw new Unreadable("the body is not JSON: " + problem(e));
        }
    }

    private static AlertBatch lines(String text) throws Unreadable, TooMany {
        List<Piece> pieces = new ArrayList<>();
        boolean readable = false;
        for (String line : text.split("\n", -1)) {
            if (!line.isBlank()) {
                if (pieces.size() == MAX_ALERTS) {
                    throw new TooMany();
                }
                Piece piece = Piece.of(line);
                readable |= piece.json() != null;
                pieces.add(piece);
            }
        }
        if (!readable) {
            throw new Unreadable(
                    "the body is not JSON: line 1: " + pieces.getFirst().problem());
        }
        return of(pieces);
    }

    private static AlertBatch of(List<Piece> pieces) throws TooMany {
        if (pieces.size() > MAX_ALERTS) {
            throw new TooMany();
        }
        List<IdentifiedAlert> alerts = new ArrayList<>(pieces.size());
        List<Refused> refused = new ArrayList<>();
        for (int i = 0; i < pieces.size(); i++) {
            Piece piece = pieces.get(i);
            JsonNode json = piece.json();
            if (json == null) {
                refused.add(new Refused(i, new AlertInbox.Refusal("not JSON: " + piece.problem(), piece.text())));
                continue;
            }
            try {
                alerts.add(AlertParser.parse(json));
            } catch (AlertRejected e) {
                refused.add(new Refused(i, new AlertInbox.Refusal(e.reason(), json.toString())));
            }
        }
        return new AlertBatch(alerts, refused);
    }

    private static boolean parses(String line) {
        return Piece.of(line).json() != null;
    }

    private static String problem(JsonProcessingException e) {
        String where = e.getLocation() == null
                ? ""
                : " (line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr() + ")";
        return SafeText.oneLine(String.valueOf(e.getOriginalMessage())
                        .lines()
                        .findFirst()
                        .orElse(""))
                + where;
    }

    /** A part of the body that may be an alert: its JSON, or its text and the parse error. */
    private record Piece(@Nullable JsonNode json, String text, String problem) {
        Piece(JsonNode json, String text) {
            this(json, text, "");
        }

        static Piece of(String line) {
            try {
                return new Piece(Json.SINGLE_DOCUMENT.readTree(line), line);
            } catch (JsonProcessingException e) {
                return new Piece(null, line, AlertBatch.problem(e));
            }
        }
    }

    /** The body contains no JSON. */
    static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1L;

        Unreadable(String message) {
            super(message);
        }
    }

    /** The body contains too many alerts. */
    static final class TooMany extends Exception {
        private static final long serialVersionUID = 1L;

        TooMany() {
            super("more than " + MAX_ALERTS + " alerts in one post; post them in several");
        }
    }
}
