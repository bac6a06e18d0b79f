package io.tiercel.functions.intake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.tiercel.functions.json.Json;
import io.tiercel.rules.alert.AlertContext;
import io.tiercel.rules.text.Sha256;
import io.tiercel.rules.text.TextLimit;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** JSON forms of an alert: the canonical line, the id derived from the content, and the truncated sample. */
final class AlertDocuments {
    /** Key of the id in Tiercel's alerts. */
    static final String ID = "id";

    /** Key of the processes and the container behind an alert. */
    private static final String CONTEXT = "context";

    private static final List<String> KEYS = List.of(
            ID,
            CONTEXT,
            "hostname",
            "message",
            "output",
            "output_fields",
            "priority",
            "rule",
            "source",
            "tags",
            "time",
            "uuid");

    /** Limits in the order of application. The last always fits, because a character takes at most six in JSON. */
    private static final List<Truncation> TRUNCATIONS = List.of(
            new Truncation(2048, 256, 3),
            new Truncation(512, 128, 3),
            new Truncation(128, 64, 2),
            new Truncation(40, 14, 2));

    /** The number of aggregated events and the time of the last one, without which the alert would be counted wrongly, and a mark. */
    private static final Set<String> NEVER_TRUNCATED =
            Set.of("tiercel.count", "tiercel.last_time", FutureTimes.REPORTED_TIME);

    private static final String MARKER = "[...]";

    private AlertDocuments() {}

    /** Returns one line of JSON with sorted keys and well-formed text. */
    static String write(JsonNode node) {
        try {
            return SafeText.wellFormed(Json.SORTED.writeValueAsString(node));
        } catch (JsonProcessingException e) {
            throw new AlertRejected(RejectionReason.NOT_JSON, "the alert has no JSON form: " + e.getOriginalMessage());
        }
    }

    /** Returns the size of a well-formed text in UTF-8. */
    static int utf8Length(String text) {
        int length = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // Each half of a surrogate pair takes two of the four bytes.
            length += c < 0x80 ? 0 : c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
        }
        return length;
    }

    /** Returns whether a document has only keys of alerts. */
    static boolean hasKnownKeys(ObjectNode object) {
        return object.properties().stream().allMatch(entry -> KEYS.contains(entry.getKey()));
    }

    /**
     * Returns whether reading the tree gives the same alert as reading its text. The text has the same values, without a character that
     * may have been replaced. Except in the context, nothing is nested deeper than an array in an output field.
     *
     * @param text the result of {@link #write}
     */
    static boolean isPlain(ObjectNode object, String text) {
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            JsonNode value = entry.getValue();
            boolean plain = switch (entry.getKey()) {
                case "output_fields" ->
                    value.isValueNode()
                            || value.isObject() && value.valueStream().allMatch(AlertDocuments::isPlainField);
                case "tags" -> isPlainField(value);
                case CONTEXT -> isPlainTree(value);
                default -> isPlainValue(value);
            };
            if (!plain) {
                return false;
            }
        }
        return text.chars().noneMatch(c -> Character.isSurrogate((char) c) || c == SafeText.REPLACEMENT);
    }

    private static boolean isPlainField(JsonNode value) {
        return value.isArray() ? value.valueStream().allMatch(AlertDocuments::isPlainValue) : isPlainValue(value);
    }

    private static boolean isPlainTree(JsonNode value) {
        return value.isContainerNode()
                ? value.valueStream().allMatch(AlertDocuments::isPlainTree)
                : isPlainValue(value);
    }

    /** A number that is not finite is written as text. */
    private static boolean isPlainValue(JsonNode value) {
        return value.isTextual()
                || value.isInt()
                || value.isLong()
                || value.isBoolean()
                || value.isNull()
                || value.isDouble() && Double.isFinite(value.doubleValue());
    }

    /** Returns an id that is equal for equal content. */
    static String contentId(ObjectNode object) {
        return "sha256:" + Sha256.hex(write(object));
    }

    /**
     * Returns the alert with an id, truncated to {@link IdentifiedAlert#SAMPLE_LIMIT}. The context, whose size the sensor limits, stays
     * whole as long as the rest fits beside it; then it is left out.
     */
    static String sample(ObjectNode object, String id) {
        ObjectNode knownKeys = JsonNodeFactory.instance.objectNode();
        for (String key : KEYS) {
            JsonNode value = object.get(key);
            if (value != null) {
                knownKeys.set(key, value);
            }
        }
        String sample = write(knownKeys.put(ID, id));
        JsonNode context = knownKeys.remove(CONTEXT);
        boolean keepsContext = context != null && utf8Length(write(context)) <= AlertContext.MAX_BYTES;
        for (Truncation truncation : TRUNCATIONS) {
            if (sample.length() <= IdentifiedAlert.SAMPLE_LIMIT) {
                return sample;
            }
            ObjectNode truncated = (ObjectNode) truncation.apply(knownKeys, truncation.depth());
            sample = write(truncated.put(ID, id));
            if (keepsContext) {
                String complete = write(truncated.set(CONTEXT, context));
                sample = complete.length() <= IdentifiedAlert.SAMPLE_LIMIT ? complete : sample;
            }
        }
        return sample;
    }

    private record Truncation(int characters, int entries, int depth) {
        JsonNode apply(JsonNode node, int levels) {
            if (node.isTextual()) {
                return TextNode.valueOf(truncated(node.textValue()));
            }
            if (node.isContainerNode() && levels == 0) {
                return TextNode.valueOf(MARKER);
            }
            if (node instanceof ObjectNode object) {
                ObjectNode copy = JsonNodeFactory.instance.objectNode();
                for (Map.Entry<String, JsonNode> entry : object.properties()) {
                    if (copy.size() < entries || NEVER_TRUNCATED.contains(entry.getKey())) {
                        copy.set(truncated(entry.getKey()), apply(entry.getValue(), levels - 1));
                    }
                }
                return copy;
            }
            if (node instanceof ArrayNode array) {
                ArrayNode copy = JsonNodeFactory.instance.arrayNode();
                for (JsonNode element : array) {
                    if (copy.size() < entries) {
                        copy.add(apply(element, levels - 1));
                    }
                }
                return copy;
            }
            boolean hugeNumber = node.isNumber() && node.asText().length() > characters;
            return hugeNumber ? TextNode.valueOf(truncated(node.asText())) : node;
        }

        private String truncated(String text) {
            return TextLimit.cut(text, characters, MARKER);
        }
    }
}
