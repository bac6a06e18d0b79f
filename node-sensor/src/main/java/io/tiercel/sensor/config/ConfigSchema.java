package io.tiercel.sensor.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.LinkedHashSet;
import java.util.Set;

/** The table of keys as a JSON Schema (draft 2020-12), for editors and other tools. */
public final class ConfigSchema {
    private ConfigSchema() {}

    /** The schema, indented, with a line's end. */
    public static String json() {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.setPrettyPrinter(new DefaultPrettyPrinter());
            json.writeStartObject();
            json.writeStringField("$schema", "https://json-schema.org/draft/2020-12/schema");
            json.writeStringField("title", "Configuration of a Tiercel sensor");
            section(json, "");
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text + "\n";
    }

    private static void section(JsonGenerator json, String prefix) throws IOException {
        json.writeStringField("type", "object");
        json.writeBooleanField("additionalProperties", false);
        json.writeObjectFieldStart("properties");
        Set<String> names = new LinkedHashSet<>();
        for (Setting key : Settings.ALL) {
            if (!key.isSecret() && key.path().startsWith(prefix)) {
                names.add(key.path().substring(prefix.length()).replaceAll("\\..*", ""));
            }
        }
        for (String name : names) {
            json.writeObjectFieldStart(name);
            Setting key = Settings.BY_PATH.get(prefix + name);
            if (key == null) {
                section(json, prefix + name + ".");
            } else {
                value(json, key);
            }
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private static void value(JsonGenerator json, Setting key) throws IOException {
        json.writeStringField("description", key.description());
        switch (key.type()) {
            case Setting.Type.Text _, Setting.Type.File _, Setting.Type.SecretFile _, Setting.Type.Secret _ ->
                json.writeStringField("type", "string");
            case Setting.Type.Switch _ -> json.writeStringField("type", "boolean");
            case Setting.Type.Texts _ -> {
                json.writeStringField("type", "array");
                json.writeObjectFieldStart("items");
                json.writeStringField("type", "string");
                json.writeEndObject();
            }
            case Setting.Type.Number n -> {
                json.writeStringField("type", "integer");
                json.writeNumberField("minimum", n.least());
                json.writeNumberField("maximum", n.most());
            }
            case Setting.Type.Choice c -> {
                json.writeArrayFieldStart("enum");
                for (String word : c.words()) {
                    json.writeString(word);
                }
                json.writeEndArray();
            }
        }
        if (!key.standard().isEmpty()) {
            switch (key.type()) {
                case Setting.Type.Number _ -> json.writeNumberField("default", Long.parseLong(key.standard()));
                case Setting.Type.Switch _ ->
                    json.writeBooleanField("default", key.standard().equals("true"));
                default -> json.writeStringField("default", key.standard());
            }
        }
    }
}
