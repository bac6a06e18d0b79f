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

/**
 * A JSON text of which little is known beforehand, as maps, lists, texts, numbers and booleans. What is asked for and not
 * there, or of another kind, is empty.
 */
public final class JsonTree {
    private static final JsonFactory FACTORY = new JsonFactory();
    private static final int MAX_DEPTH = 64;
    /** Nothing at all. */
    public static final JsonTree NOTHING = new JsonTree(null);

    private final @Nullable Object value;

    private JsonTree(@Nullable Object value) {
        this.value = value;
    }

    /**
     * Reads a text.
     *
     * @throws IOException if it is no JSON, or too deep
     */
    public static JsonTree parse(String text) throws IOException {
        try (JsonParser parser = FACTORY.createParser(text)) {
            parser.nextToken();
            return new JsonTree(read(parser, 0));
        }
    }

    /** What stands under a name. */
    public JsonTree get(String name) {
        return value instanceof Map<?, ?> map ? of(map.get(name)) : NOTHING;
    }

    /** The elements of a list. */
    public List<JsonTree> elements() {
        return value instanceof List<?> list ? list.stream().map(JsonTree::of).toList() : List.of();
    }

    /** The texts that stand under the names here. */
    public Map<String, String> texts() {
        Map<String, String> texts = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((name, text) -> {
                if (text instanceof String string) {
                    texts.put(String.valueOf(name), string);
                }
            });
        }
        return texts;
    }

    public String text() {
        return value instanceof String text ? text : "";
    }

    /** The number; 0 if this is none. */
    public long number() {
        return value instanceof Number number ? number.longValue() : 0;
    }

    /** Whether this is {@code true}. */
    public boolean isTrue() {
        return Boolean.TRUE.equals(value);
    }

    /** Whether there is anything here. */
    public boolean exists() {
        return value != null;
    }

    /** This as JSON text; empty if nothing is here. */
    public String json() {
        if (value == null) {
            return "";
        }
        StringWriter out = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            write(json, value);
        } catch (IOException e) {
            throw new IllegalStateException("a text in memory can be written", e);
        }
        return out.toString();
    }

    private static JsonTree of(@Nullable Object value) {
        return value == null ? NOTHING : new JsonTree(value);
    }

    private static @Nullable Object read(JsonParser parser, int depth) throws IOException {
        if (depth > MAX_DEPTH) {
            throw new IOException("deeper than " + MAX_DEPTH);
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
            case null, default -> throw new IOException("no JSON");
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
