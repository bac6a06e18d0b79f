package io.tiercel.rules.alert;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.io.StringWriter;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads alerts from untrusted senders. It enforces limits, validates structure and values, and ignores unknown keys.
 */
final class AlertReader {
    private static final int MAX_NUMBER_CHARS = 1000;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final String DEFAULT_SOURCE = "syscall";

    /** Prefix that {@link AlertText} writes before a message. */
    private static final Pattern PREFIX = Pattern.compile(
            "(?:\\d\\d:\\d\\d:\\d\\d\\.\\d{9}|\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{9}\\+0000)"
                    + ": (Emergency|Alert|Critical|Error|Warning|Notice|Informational|Debug) ");

    private static final JsonFactory ALERT = factory(AlertLimits.MAX_NESTING);
    private static final JsonFactory BATCH = factory(AlertLimits.MAX_NESTING + 1);

    private final JsonParser json;
    private @Nullable String hostname;
    private @Nullable String id;
    private @Nullable String uuid;
    private @Nullable String message;
    private @Nullable String output;
    private @Nullable String rule;
    private @Nullable String source;
    private @Nullable String time;
    private @Nullable String priority;
    private List<String> tags = List.of();
    private SortedMap<String, @Nullable Object> fields = new TreeMap<>();
    private @Nullable AlertContext context;

    private AlertReader(JsonParser json) {
        this.json = json;
    }

    private static JsonFactory factory(int maxNesting) {
        return JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(maxNesting)
                        .maxNumberLength(MAX_NUMBER_CHARS)
                        .maxStringLength(AlertLimits.MAX_BYTES)
                        .build())
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                .build();
    }

    static Alert one(byte[] text) throws InvalidAlertException {
        if (text.length > AlertLimits.MAX_BYTES) {
            throw new InvalidAlertException(
                    "the alert has " + text.length + " bytes; the maximum is " + AlertLimits.MAX_BYTES);
        }
        try (JsonParser json = ALERT.createParser(text)) {
            json.nextToken();
            Alert alert = alert(json);
            end(json);
            return alert;
        } catch (IOException e) {
            throw notJson(e);
        }
    }

    static Alert next(JsonParser json) throws IOException, InvalidAlertException {
        json.nextToken();
        return alert(json);
    }

    static List<Alert> batch(byte[] text, int maxAlerts) throws InvalidAlertException {
        List<Alert> alerts = new ArrayList<>();
        try (JsonParser json = BATCH.createParser(text)) {
            if (json.nextToken() != JsonToken.START_ARRAY) {
                return List.of(one(text));
            }
            while (json.nextToken() != JsonToken.END_ARRAY) {
                if (alerts.size() == maxAlerts) {
                    throw new InvalidAlertException("the batch has more than " + maxAlerts + " alerts");
                }
                alerts.add(numbered(json, alerts.size()));
            }
            end(json);
            return alerts;
        } catch (IOException e) {
            throw notJson(e);
        }
    }

    private static Alert numbered(JsonParser json, int number) throws IOException, InvalidAlertException {
        try {
            long start = json.currentTokenLocation().getByteOffset();
            Alert alert = alert(json);
            if (json.currentLocation().getByteOffset() - start > AlertLimits.MAX_BYTES) {
                throw new InvalidAlertException("the alert has more than " + AlertLimits.MAX_BYTES + " bytes");
            }
            return alert;
        } catch (InvalidAlertException e) {
            throw new InvalidAlertException("alert " + number + " of the batch: " + e.getMessage());
        }
    }

    private static void end(JsonParser json) throws IOException, InvalidAlertException {
        if (json.nextToken() != null) {
            throw new InvalidAlertException("unexpected text after the JSON value");
        }
    }

    private static InvalidAlertException notJson(IOException e) {
        if (e instanceof StreamConstraintsException) {
            return new InvalidAlertException("the alert exceeds a limit: " + firstLine(e.getMessage()));
        }
        String location = e instanceof JsonProcessingException json && json.getLocation() != null
                ? " at line " + json.getLocation().getLineNr() + ", column "
                        + json.getLocation().getColumnNr()
                : "";
        String message = e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage();
        return new InvalidAlertException("invalid JSON" + location + ": " + firstLine(message));
    }

    private static String firstLine(@Nullable String text) {
        return text == null ? "unreadable" : text.lines().findFirst().orElse("unreadable");
    }

    /** Reads the object that starts at the current token. */
    private static Alert alert(JsonParser json) throws IOException, InvalidAlertException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw new InvalidAlertException("an alert must be a JSON object, not " + kind(json.currentToken()));
        }
        AlertReader reader = new AlertReader(json);
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String key = json.currentName();
            json.nextToken();
            reader.property(key);
        }
        return reader.alert();
    }

    private void property(String key) throws IOException, InvalidAlertException {
        switch (key) {
            case "hostname" -> hostname = string(key);
            case "id" -> id = string(key);
            case "uuid" -> uuid = string(key);
            case "message" -> message = string(key);
            case "output" -> output = string(key);
            case "rule" -> rule = string(key);
            case "source" -> source = string(key);
            case "time" -> time = string(key);
            case "priority" -> priority = string(key);
            case "tags" -> tags = tags();
            case "output_fields" -> fields = fields();
            case ContextJson.KEY -> context = ContextJson.read(json);
            default -> json.skipChildren();
        }
    }

    private Alert alert() throws InvalidAlertException {
        String name = required("rule", rule);
        long timeNanos = time(required("time", time));
        String label = required("priority", priority);
        Priority level = Priority.parse(label)
                .orElseThrow(() -> new InvalidAlertException("priority \"" + label
                        + "\" is unknown; use emergency, alert, critical, error, warning, notice,"
                        + " informational or debug"));
        String identifier = id != null ? id : uuid;
        if (identifier != null && (identifier.isEmpty() || identifier.length() > AlertLimits.MAX_ID_CHARACTERS)) {
            throw new InvalidAlertException("id has " + identifier.length() + " characters; the length must be 1 to "
                    + AlertLimits.MAX_ID_CHARACTERS);
        }
        return new Alert(
                identifier,
                hostname == null ? "" : hostname,
                timeNanos,
                level,
                name,
                source == null || source.isEmpty() ? DEFAULT_SOURCE : source,
                tags,
                text(),
                Collections.unmodifiableSortedMap(fields),
                context);
    }

    private String text() {
        if (message != null) {
            return message;
        }
        if (output == null) {
            return "";
        }
        Matcher prefix = PREFIX.matcher(output);
        return prefix.lookingAt() ? output.substring(prefix.end()) : output;
    }

    private static String required(String key, @Nullable String value) throws InvalidAlertException {
        if (value == null || value.isEmpty()) {
            throw new InvalidAlertException("missing " + key + "; an alert requires rule, priority and time");
        }
        return value;
    }

    private static long time(String text) throws InvalidAlertException {
        try {
            Instant instant = OffsetDateTime.parse(text).toInstant();
            // Round toward zero first. For the earliest valid time, the floor of the seconds alone would overflow.
            long carry = instant.getEpochSecond() < 0 ? 1 : 0;
            return Math.addExact(
                    Math.multiplyExact(instant.getEpochSecond() + carry, NANOS_PER_SECOND),
                    instant.getNano() - carry * NANOS_PER_SECOND);
        } catch (DateTimeException e) {
            throw new InvalidAlertException(
                    "time \"" + text + "\" is not an RFC 3339 time such as 2023-11-14T22:13:20.123456789Z");
        } catch (ArithmeticException e) {
            throw new InvalidAlertException(
                    "time \"" + text + "\" is out of range; the years 1678 to 2262 are supported");
        }
    }

    private @Nullable String string(String key) throws IOException, InvalidAlertException {
        return switch (json.currentToken()) {
            case VALUE_STRING -> json.getText();
            case VALUE_NULL -> null;
            default -> throw wrongType(key, "a string");
        };
    }

    private List<String> tags() throws IOException, InvalidAlertException {
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            return List.of();
        }
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw wrongType("tags", "an array of strings");
        }
        List<String> read = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (json.currentToken() != JsonToken.VALUE_STRING) {
                throw wrongType("tags[" + read.size() + "]", "a string");
            }
            read.add(json.getText());
        }
        Collections.sort(read);
        return List.copyOf(read);
    }

    private SortedMap<String, @Nullable Object> fields() throws IOException, InvalidAlertException {
        SortedMap<String, @Nullable Object> read = new TreeMap<>();
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            return read;
        }
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw wrongType("output_fields", "an object");
        }
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String key = json.currentName();
            json.nextToken();
            read.put(key, value(key));
        }
        return read;
    }

    private @Nullable Object value(String key) throws IOException, InvalidAlertException {
        return switch (json.currentToken()) {
            case VALUE_NULL -> null;
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_STRING -> json.getText();
            case VALUE_NUMBER_INT ->
                json.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                        ? json.getBigIntegerValue()
                        : (Object) json.getLongValue();
            case VALUE_NUMBER_FLOAT -> {
                double number = json.getDoubleValue();
                if (!Double.isFinite(number)) {
                    throw new InvalidAlertException("output_fields." + key + " is out of range for a double");
                }
                yield number;
            }
            case START_ARRAY -> {
                List<@Nullable Object> list = new ArrayList<>();
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    list.add(value(key));
                }
                yield Collections.unmodifiableList(list);
            }
            case START_OBJECT -> objectText();
            default -> throw wrongType("output_fields." + key, "a value");
        };
    }

    /**
     * Reads an object as JSON text. No field of Tiercel is an object, but plugins of other senders can have such
     * fields.
     */
    private String objectText() throws IOException {
        StringWriter text = new StringWriter();
        try (var copy = ALERT.createGenerator(text)) {
            copy.copyCurrentStructure(json);
        }
        return text.toString();
    }

    private InvalidAlertException wrongType(String key, String expected) {
        return new InvalidAlertException(key + " must be " + expected + ", not " + kind(json.currentToken()));
    }

    private static String kind(@Nullable JsonToken token) {
        return switch (token) {
            case null -> "nothing";
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_STRING -> "a string";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
            case VALUE_TRUE, VALUE_FALSE -> "a boolean";
            case VALUE_NULL -> "null";
            default -> "not a value";
        };
    }
}
