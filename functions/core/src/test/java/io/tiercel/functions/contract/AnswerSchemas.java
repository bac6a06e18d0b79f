package io.tiercel.functions.contract;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.operate.OpenApiDocument;
import java.util.ArrayList;
import java.util.List;

/** Validates JSON against the part of JSON Schema that the OpenAPI document of operators uses. Unknown members are errors. */
public final class AnswerSchemas {
    private static final JsonNode DOCUMENT = OpenApiDocument.create("/api/v1", "/api/v1/changes");

    private AnswerSchemas() {}

    /** Returns the differences between a value and a schema of the document. */
    public static List<String> errors(String schema, JsonNode value) {
        List<String> errors = new ArrayList<>();
        check(DOCUMENT.at("/components/schemas/" + schema), value, schema, errors);
        return errors;
    }

    private static void check(JsonNode schema, JsonNode value, String path, List<String> errors) {
        if (schema.has("$ref")) {
            check(DOCUMENT.at(schema.get("$ref").textValue().substring(1)), value, path, errors);
            return;
        }
        if (schema.has("anyOf")) {
            boolean fits = false;
            for (JsonNode option : schema.get("anyOf")) {
                List<String> found = new ArrayList<>();
                check(option, value, path, found);
                fits |= found.isEmpty();
                if (!value.isNull()) {
                    errors.addAll(option.has("$ref") ? found : List.of());
                }
            }
            if (!fits && value.isNull()) {
                errors.add(path + " must not be null");
            }
            return;
        }
        if (schema.has("type") && !types(schema.get("type")).contains(type(value))) {
            errors.add(path + " is " + type(value) + " and not " + schema.get("type"));
            return;
        }
        if (schema.has("enum") && !contains(schema.get("enum"), value)) {
            errors.add(path + " is " + value + " and not in " + schema.get("enum"));
        }
        if (value.isObject() && schema.has("properties")) {
            schema.path("required").forEach(name -> {
                if (!value.has(name.textValue())) {
                    errors.add(path + "." + name.textValue() + " is missing");
                }
            });
            value.fieldNames().forEachRemaining(name -> {
                if (schema.get("properties").has(name)) {
                    check(schema.get("properties").get(name), value.get(name), path + "." + name, errors);
                } else {
                    errors.add(path + "." + name + " is not described");
                }
            });
        }
        if (value.isArray() && schema.has("items")) {
            value.forEach(item -> check(schema.get("items"), item, path + "[]", errors));
        }
    }

    private static List<String> types(JsonNode type) {
        List<String> types = new ArrayList<>();
        if (type.isArray()) {
            type.forEach(name -> types.add(name.textValue()));
        } else {
            types.add(type.textValue());
        }
        if (types.contains("number")) {
            types.add("integer");
        }
        return types;
    }

    private static boolean contains(JsonNode values, JsonNode value) {
        for (JsonNode allowed : values) {
            if (allowed.equals(value)) {
                return true;
            }
        }
        return false;
    }

    private static String type(JsonNode value) {
        return switch (value.getNodeType()) {
            case NULL -> "null";
            case STRING -> "string";
            case BOOLEAN -> "boolean";
            case NUMBER -> value.isIntegralNumber() ? "integer" : "number";
            case ARRAY -> "array";
            case OBJECT -> "object";
            case BINARY, MISSING, POJO -> "missing";
        };
    }
}
