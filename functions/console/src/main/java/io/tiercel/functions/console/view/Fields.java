package io.tiercel.functions.console.view;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads members of answers. Absent members and members of another type are empty. */
final class Fields {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_:.-]{1,128}");

    private Fields() {}

    static String text(JsonNode node, String name) {
        JsonNode value = node.path(name);
        return value.isNull() || value.isMissingNode() ? "" : value.isValueNode() ? value.asText() : value.toString();
    }

    static long number(JsonNode node, String name) {
        return node.path(name).asLong(0);
    }

    static boolean flag(JsonNode node, String name) {
        return node.path(name).asBoolean(false);
    }

    /** Returns an identifier that can be a part of a path; empty if it has other characters. */
    static String id(JsonNode node, String name) {
        String id = text(node, name);
        return ID.matcher(id).matches() ? id : "";
    }

    static Stream<JsonNode> items(JsonNode node, String name) {
        return node.path(name).valueStream();
    }

    static List<String> texts(JsonNode node, String name) {
        return items(node, name).map(JsonNode::asText).toList();
    }
}
