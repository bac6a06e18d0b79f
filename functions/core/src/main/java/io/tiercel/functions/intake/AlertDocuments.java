package io.tiercel.functions.intake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The JSON side of an alert: one canonical line, an id from its content, a cut that fits a sample. */
final class AlertDocuments {
    /** Key of our alerts' id. */
    static final String ID = "id";

    private static final ObjectWriter SORTED =
            JsonMapper.builder().build().writer().with(JsonNodeFeature.WRITE_PROPERTIES_SORTED);

    private static final List<String> KEYS = List.of(
            ID, "hostname", "message", "output", "output_fields", "priority", "rule", "source", "tags", "time", "uuid");

    /** From gentle to brutal; the last always fits, since a character takes at most six in JSON. */
    private static final List<Cut> CUTS =
            List.of(new Cut(2048, 256, 3), new Cut(512, 128, 3), new Cut(128, 64, 2), new Cut(40, 14, 2));

    /** How often and until when it happened: an alert that lost these would be miscounted. */
    private static final Set<String> NEVER_CUT = Set.of("tiercel.count", "tiercel.last_time");

    private static final String MARK = "[...]";

    private AlertDocuments() {}

    /** One line of JSON with sorted keys and well-formed text. */
    static String write(JsonNode node) {
        try {
            return SafeText.wellFormed(SORTED.writeValueAsString(node));
        } catch (JsonProcessingException e) {
            throw new AlertRejected("the alert cannot be written as JSON: " + e.getOriginalMessage());
        }
    }

    /** An id that equal content gets again. */
    static String contentId(ObjectNode object) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest(write(object).getBytes(StandardCharsets.UTF_8));
            return "sha256:" + HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** The alert under an id, cut to {@link IdentifiedAlert#SAMPLE_LIMIT}. */
    static String sample(ObjectNode object, String id) {
        ObjectNode known = JsonNodeFactory.instance.objectNode();
        for (String key : KEYS) {
            JsonNode value = object.get(key);
            if (value != null) {
                known.set(key, value);
            }
        }
        String whole = write(known.put(ID, id));
        for (Cut cut : CUTS) {
            if (whole.length() <= IdentifiedAlert.SAMPLE_LIMIT) {
                return whole;
            }
            ObjectNode shorter = (ObjectNode) cut.apply(known, cut.depth());
            whole = write(shorter.put(ID, id));
        }
        return whole;
    }

    private record Cut(int characters, int entries, int depth) {
        JsonNode apply(JsonNode node, int levels) {
            if (node.isTextual()) {
                return TextNode.valueOf(shortened(node.textValue()));
            }
            if (node.isContainerNode() && levels == 0) {
                return TextNode.valueOf(MARK);
            }
            if (node instanceof ObjectNode object) {
                ObjectNode kept = JsonNodeFactory.instance.objectNode();
                for (Map.Entry<String, JsonNode> entry : object.properties()) {
                    if (kept.size() < entries || NEVER_CUT.contains(entry.getKey())) {
                        kept.set(shortened(entry.getKey()), apply(entry.getValue(), levels - 1));
                    }
                }
                return kept;
            }
            if (node instanceof ArrayNode array) {
                ArrayNode kept = JsonNodeFactory.instance.arrayNode();
                for (JsonNode element : array) {
                    if (kept.size() < entries) {
                        kept.add(apply(element, levels - 1));
                    }
                }
                return kept;
            }
            boolean hugeNumber = node.isNumber() && node.asText().length() > characters;
            return hugeNumber ? TextNode.valueOf(shortened(node.asText())) : node;
        }

        private String shortened(String text) {
            return text.length() <= characters ? text : text.substring(0, characters - MARK.length()) + MARK;
        }
    }
}
