package io.tiercel.sensor.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.LinkedHashSet;
import java.util.Set;

/** The table of settings as a JSON Schema (draft 2020-12), for editors and validators. */
public final class ConfigSchema {
    private ConfigSchema() {}

    /** Returns the schema, indented and terminated by a newline. */
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
        for (Setting setting : Settings.ALL) {
            if (!setting.isSecret() && setting.path().startsWith(prefix)) {
                names.add(setting.path().substring(prefix.length()).replaceAll("\\..*", ""));
            }
        }
        for (String name : names) {
            json.writeObjectFieldStart(name);
            Setting setting = Settings.BY_PATH.get(prefix + name);
            if (setting == null) {
                section(json, prefix + name + ".");
            } else {
                value(json, setting);
            }
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private static void value(JsonGenerator json, Setting setting) throws IOException {
        json.writeStringField("description", setting.description());
        switch (setting.type()) {
            case Setting.Type.Text _, Setting.Type.File _, Setting.Type.SecretFile _, Setting.Type.Secret _ ->
                json.writeStringField("type", "string");
            case Setting.Type.Toggle _ -> json.writeStringField("type", "boolean");
            case Setting.Type.TextList _ -> {
                json.writeStringField("type", "array");
                json.writeObjectFieldStart("items");
                json.writeStringField("type", "string");
                json.writeEndObject();
            }
            case Setting.Type.Number n -> {
                json.writeStringField("type", "integer");
                json.writeNumberField("minimum", n.minimum());
                json.writeNumberField("maximum", n.maximum());
            }
            case Setting.Type.Choice c -> {
                json.writeArrayFieldStart("enum");
                for (String value : c.values()) {
                    json.writeString(value);
                }
                json.writeEndArray();
            }
        }
        if (!setting.defaultValue().isEmpty()) {
            switch (setting.type()) {
                case Setting.Type.Number _ -> json.writeNumberField("default", Long.parseLong(setting.defaultValue()));
                case Setting.Type.Toggle _ ->
                    json.writeBooleanField("default", setting.defaultValue().equals("true"));
                default -> json.writeStringField("default", setting.defaultValue());
            }
        }
    }
}
