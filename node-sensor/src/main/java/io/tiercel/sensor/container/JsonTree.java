package io.tiercel.sensor.container;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A JSON value of unknown structure. Access to a missing member or a wrong type returns an empty value. */
public final class JsonTree {
    private static final JsonFactory FACTORY = new JsonFactory();
    private static final int MAX_DEPTH = 64;

    /** A missing value. */
    public static final JsonTree MISSING = new JsonTree(null);

    private final @Nullable Object value;

    private JsonTree(@Nullable Object value) {
        this.value = value;
    }

    /**
     * Parses JSON.
     *
     * @throws IOException if the text is not valid JSON or too deeply nested
     */
    public static JsonTree parse(String text) throws IOException {
        try (JsonParser parser = FACTORY.createParser(text)) {
            parser.nextToken();
            return new JsonTree(read(parser, 0));
        }
    }

    /** Returns the member of an object. */
    public JsonTree get(String name) {
        return value instanceof Map<?, ?> map ? of(map.get(name)) : MISSING;
    }

    /** Returns the elements of an array. */
    public List<JsonTree> elements() {
        return value instanceof List<?> list ? list.stream().map(JsonTree::of).toList() : List.of();
    }

    /** Returns the members of an object that are strings. */
    public Map<String, String> stringMembers() {
        Map<String, String> strings = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((name, text) -> {
                if (text instanceof String string) {
                    strings.put(String.valueOf(name), string);
                }
            });
        }
        return strings;
    }

    /** Returns the string; empty if this is not a string. */
    public String text() {
        return value instanceof String text ? text : "";
    }

    /** Returns the number; 0 if this is not a number. */
    public long number() {
        return value instanceof Number number ? number.longValue() : 0;
    }

    /** Returns true if this is {@code true}. */
    public boolean isTrue() {
        return Boolean.TRUE.equals(value);
    }

    /** Returns true unless this is missing or null. */
    public boolean exists() {
        return value != null;
    }

    /** Returns this as JSON; empty if this is missing or null. */
    public String json() {
        if (value == null) {
            return "";
        }
        StringWriter out = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            write(json, value);
        } catch (IOException e) {
            throw new IllegalStateException("Writing to memory must not fail", e);
        }
        return out.toString();
    }

    private static JsonTree of(@Nullable Object value) {
        return value == null ? MISSING : new JsonTree(value);
    }

    private static @Nullable Object read(JsonParser parser, int depth) throws IOException {
        if (depth > MAX_DEPTH) {
            throw new IOException("JSON is nested deeper than " + MAX_DEPTH);
        }
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                Map<String, @Nullable Object> map = new LinkedHashMap<>();
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    String name = parser.currentName();
                    parser.nextToken();
                    map.put(name, read(parser, depth + 1));
                }
                yield map;
            }
            case START_ARRAY -> {
                List<@Nullable Object> list = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    list.add(read(parser, depth + 1));
                }
                yield list;
            }
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getNumberValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            case null, default -> throw new IOException("invalid JSON");
        };
    }

    private static void write(JsonGenerator json, @Nullable Object value) throws IOException {
        switch (value) {
            case Map<?, ?> map -> {
                json.writeStartObject();
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    json.writeFieldName(String.valueOf(entry.getKey()));
                    write(json, entry.getValue());
                }
                json.writeEndObject();
            }
            case List<?> list -> {
                json.writeStartArray();
                for (Object element : list) {
                    write(json, element);
                }
                json.writeEndArray();
            }
            case String text -> json.writeString(text);
            case Boolean flag -> json.writeBoolean(flag);
            case Long number -> json.writeNumber(number);
            case Integer number -> json.writeNumber(number);
            case Number number -> json.writeNumber(number.toString());
            case null, default -> json.writeNull();
        }
    }
}
