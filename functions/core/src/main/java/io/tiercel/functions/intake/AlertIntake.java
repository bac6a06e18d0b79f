package io.tiercel.functions.intake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.Priority;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads alerts: ours, Falco's and falcosidekick's.
 *
 * <p>Rule, priority and time are what every later step stands on: without them an alert is refused. Everything else may be
 * missing or of a strange type and is taken as far as it goes, since the node that is under attack decides on it.
 */
public final class AlertIntake {
    /** Longest document, in characters; what an SQS message surely holds. */
    public static final int MAX_CHARACTERS = 256 * 1024;

    /** Longest rule name, in characters. */
    public static final int MAX_RULE_CHARACTERS = 512;

    private static final int MAX_ID_CHARACTERS = 256;
    private static final int MAX_TAGS = 128;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    /** Falco writes {@code 12:00:00.123456789: Warning } before the message. */
    private static final Pattern OUTPUT_PREFIX = Pattern.compile(
            "^[0-9T:.+Z-]{8,40}: (?:Emergency|Alert|Critical|Error|Warning|Notice|Informational|Info|Debug) ",
            Pattern.CASE_INSENSITIVE);

    private AlertIntake() {}

    /**
     * Reads an alert.
     *
     * @param document the JSON document; null where there was none
     * @throws AlertRefused if it is not an alert; the message says what is wrong
     */
    public static IdentifiedAlert read(@Nullable JsonNode document) {
        if (!(document instanceof ObjectNode object)) {
            throw new AlertRefused("an alert is a JSON object, this is " + kind(document));
        }
        String rule = requiredText(object, "rule", MAX_RULE_CHARACTERS);
        String priorityText = requiredText(object, "priority", 64);
        Priority priority = Priority.parse(priorityText)
                .orElseThrow(() -> new AlertRefused("priority \"" + excerpt(priorityText)
                        + "\" is not one of Emergency, Alert, Critical, Error, Warning, Notice, Informational, Debug"));
        long timeNanos = timeNanos(object);
        String id = id(object);
        String complete = Documents.write(object.deepCopy().put(Documents.ID, id));
        if (complete.length() > MAX_CHARACTERS) {
            throw new AlertRefused("the alert has " + complete.length() + " characters, more than " + MAX_CHARACTERS);
        }
        Alert alert = new Alert(
                id,
                lenientText(object.get("hostname")),
                timeNanos,
                priority,
                Text.oneLine(rule),
                source(object.get("source")),
                tags(object.get("tags")),
                message(object),
                outputFields(object.get("output_fields")));
        return new IdentifiedAlert(id, alert, complete, Documents.sample(object, id));
    }

    private static String requiredText(ObjectNode object, String key, int limit) {
        JsonNode value = object.get(key);
        if (value == null || value.isNull()) {
            throw new AlertRefused(key + " is missing");
        }
        if (!value.isTextual()) {
            throw new AlertRefused(key + " is a text, this is " + kind(value));
        }
        if (value.textValue().isBlank()) {
            throw new AlertRefused(key + " is empty");
        }
        if (value.textValue().length() > limit) {
            throw new AlertRefused(key + " has " + value.textValue().length() + " characters, more than " + limit);
        }
        return value.textValue();
    }

    private static long timeNanos(ObjectNode object) {
        JsonNode time = object.get("time");
        if (time == null || time.isNull()) {
            throw new AlertRefused("time is missing");
        }
        if (!time.isTextual()) {
            throw new AlertRefused("time is a text like 2026-01-31T12:00:00.123456789Z, this is " + kind(time));
        }
        try {
            Instant instant = OffsetDateTime.parse(time.textValue()).toInstant();
            long nanos = Math.addExact(
                    Math.multiplyExact(instant.getEpochSecond(), NANOS_PER_SECOND), (long) instant.getNano());
            if (nanos > 0) {
                return nanos;
            }
        } catch (DateTimeException | ArithmeticException e) {
            // Told below, together with a time at or before the epoch: falcosidekick refuses those too.
        }
        throw new AlertRefused("time \"" + excerpt(time.textValue())
                + "\" is not like 2026-01-31T12:00:00.123456789Z, after 1970 and before 2262");
    }

    private static String id(ObjectNode object) {
        for (String key : List.of(Documents.ID, "uuid")) {
            JsonNode given = object.get(key);
            if (given != null
                    && given.isTextual()
                    && !given.textValue().isBlank()
                    && given.textValue().length() <= MAX_ID_CHARACTERS) {
                return Text.oneLine(given.textValue());
            }
        }
        return Documents.contentId(object);
    }

    private static String source(@Nullable JsonNode node) {
        String source = lenientText(node);
        // Falco's default, which older versions and falcosidekick leave out or misspell.
        return source.isEmpty() || source.equals("syscalls") ? "syscall" : source;
    }

    private static List<String> tags(@Nullable JsonNode node) {
        if (node == null || !node.isArray()) {
            return List.of();
        }
        List<String> tags = new ArrayList<>();
        for (JsonNode tag : node) {
            if (tag.isTextual() && tags.size() < MAX_TAGS) {
                tags.add(Text.oneLine(tag.textValue()));
            }
        }
        Collections.sort(tags);
        return List.copyOf(tags);
    }

    private static String message(ObjectNode object) {
        String message = lenientText(object.get("message"));
        return message.isEmpty()
                ? OUTPUT_PREFIX.matcher(lenientText(object.get("output"))).replaceFirst("")
                : message;
    }

    private static SortedMap<String, @Nullable Object> outputFields(@Nullable JsonNode node) {
        SortedMap<String, @Nullable Object> fields = new TreeMap<>();
        if (node instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> entry : object.properties()) {
                fields.put(Text.wellFormed(entry.getKey()), value(entry.getValue()));
            }
        }
        return Collections.unmodifiableSortedMap(fields);
    }

    private static @Nullable Object value(JsonNode node) {
        return switch (node.getNodeType()) {
            case NULL, MISSING -> null;
            case BOOLEAN -> node.booleanValue();
            case NUMBER -> number(node);
            case STRING -> Text.wellFormed(node.textValue());
            case ARRAY -> {
                List<@Nullable Object> values = new ArrayList<>(node.size());
                for (JsonNode element : node) {
                    values.add(element.isArray() ? Documents.write(element) : value(element));
                }
                yield Collections.unmodifiableList(values);
            }
            case OBJECT, BINARY, POJO -> Documents.write(node);
        };
    }

    private static Object number(JsonNode node) {
        if (node.isIntegralNumber()) {
            BigInteger exact = node.bigIntegerValue();
            return exact.bitLength() < Long.SIZE ? (Object) exact.longValue() : exact.toString();
        }
        return node.doubleValue();
    }

    private static String lenientText(@Nullable JsonNode node) {
        if (node == null || node.isNull()) {
            return "";
        }
        return Text.wellFormed(node.isTextual() ? node.textValue() : Documents.write(node));
    }

    private static String kind(@Nullable JsonNode node) {
        return node == null
                ? "nothing"
                : switch (node.getNodeType()) {
                    case NULL, MISSING -> "null";
                    case BOOLEAN -> "a boolean";
                    case NUMBER -> "a number";
                    case STRING -> "a text";
                    case ARRAY -> "an array";
                    case OBJECT -> "an object";
                    case BINARY, POJO -> "binary";
                };
    }

    private static String excerpt(String text) {
        String line = Text.oneLine(text);
        return line.length() <= 80 ? line : line.substring(0, 80) + "...";
    }
}
