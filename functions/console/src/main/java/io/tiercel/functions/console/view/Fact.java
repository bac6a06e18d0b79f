package io.tiercel.functions.console.view;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A name and a value.
 *
 * @param name what it is
 * @param value its text
 */
public record Fact(String name, String value) {
    private static final int MAX_FACTS = 200;
    private static final int MAX_DEPTH = 4;

    /** Returns the members of a document, those of inner ones under their path. */
    static List<Fact> of(JsonNode document) {
        List<Fact> facts = new ArrayList<>();
        collect("", document, 0, facts);
        return List.copyOf(facts);
    }

    /** Returns a document in one line of names and values; a text as it is. */
    static String line(JsonNode document) {
        return document.isObject()
                ? String.join(
                        ", ",
                        of(document).stream()
                                .map(fact -> fact.name() + ": " + fact.value())
                                .toList())
                : document.asText("");
    }

    private static void collect(String path, JsonNode node, int depth, List<Fact> facts) {
        for (Map.Entry<String, JsonNode> member : node.properties()) {
            JsonNode value = member.getValue();
            String name = path.isEmpty() ? member.getKey() : path + "." + member.getKey();
            if (facts.size() >= MAX_FACTS) {
                return;
            }
            if (value.isObject() && depth < MAX_DEPTH) {
                collect(name, value, depth + 1, facts);
            } else if (!value.isNull() && !(value.isContainerNode() && value.isEmpty())) {
                facts.add(new Fact(name, value.isValueNode() ? value.asText() : text(value)));
            }
        }
    }

    private static String text(JsonNode value) {
        boolean simple = value.isArray() && value.valueStream().allMatch(JsonNode::isValueNode);
        return simple
                ? String.join(", ", value.valueStream().map(JsonNode::asText).toList())
                : value.toString();
    }
}
