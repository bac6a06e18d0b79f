package io.tiercel.functions.operate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * The OpenAPI 3.1 document of the HTTP form of the operations. Paths, parameters, limits, roles and bodies come from {@link Operations};
 * the schemas of the answers from {@code answers.json}, which a test compares with real answers.
 */
public final class OpenApiDocument {
    private static final String SCHEMAS = "#/components/schemas/";
    private static final String INCIDENT_ID = "^[0-9a-f]{6,24}$";

    /** The statuses of errors, and the operations that have them. */
    private static final Map<String, String> ERRORS = Map.of(
            "400", "An argument is unknown, missing or not valid",
            "401", "The token is missing or not valid",
            "403", "The role of the token does not permit the operation",
            "404", "The incident or the silence does not exist",
            "409", "The version is outdated, the id is ambiguous, or the change is not possible now",
            "503", "The store cannot be used now");

    private OpenApiDocument() {}

    /**
     * Creates the document.
     *
     * @param prefix the start of all paths, such as {@code /api/v1}
     * @param changes path of the event stream
     */
    public static ObjectNode create(String prefix, String changes) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("openapi", "3.1.0");
        document.putObject("info")
                .put("title", "Tiercel operator API")
                .put("version", "1")
                .put(
                        "description",
                        "Lists and shows incidents, and changes them, responses and silences. Errors are problem"
                                + " details as of RFC 9457.");
        ArrayNode security = document.putArray("security");
        security.addObject().putArray("token");
        ObjectNode paths = document.putObject("paths");
        for (Operation operation : Operations.ALL) {
            ObjectNode path = paths.withObjectProperty(prefix + operation.path());
            path.set(operation.method().toLowerCase(Locale.ROOT), operation(operation));
        }
        paths.putObject(changes).set("get", changes());
        ObjectNode components = document.putObject("components");
        components
                .putObject("securitySchemes")
                .putObject("token")
                .put("type", "http")
                .put("scheme", "bearer")
                .put("description", "The token of a viewer or of a responder.");
        components.set("schemas", answers());
        return document;
    }

    /** Returns the schemas of the answers by name. */
    static ObjectNode answers() {
        try (InputStream file = Objects.requireNonNull(OpenApiDocument.class.getResourceAsStream("answers.json"))) {
            return (ObjectNode) Json.MAPPER.readTree(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ObjectNode operation(Operation operation) {
        ObjectNode view = JsonNodeFactory.instance.objectNode();
        view.put("operationId", operation.name());
        view.put("summary", operation.summary());
        view.put("description", "Requires the role " + operation.role().name().toLowerCase(Locale.ROOT) + ".");
        boolean body = !operation.method().equals("GET");
        ArrayNode parameters = view.putArray("parameters");
        operation.parameters().stream()
                .filter(parameter -> !body || operation.inPath(parameter))
                .forEach(parameter -> {
                    ObjectNode item = parameters.addObject();
                    item.put("name", parameter.name());
                    item.put("in", operation.inPath(parameter) ? "path" : "query");
                    item.put("required", parameter.required());
                    item.put("description", parameter.description());
                    item.set("schema", schema(parameter));
                });
        List<Parameter> members = operation.parameters().stream()
                .filter(parameter -> body && !operation.inPath(parameter))
                .toList();
        if (!members.isEmpty()) {
            view.set("requestBody", body(members));
        }
        ObjectNode responses = view.putObject("responses");
        ObjectNode done = responses.putObject("200");
        done.put("description", "The answer");
        done.putObject("content")
                .putObject("application/json")
                .putObject("schema")
                .put("$ref", SCHEMAS + operation.answer());
        errors(responses, operation);
        return view;
    }

    private static void errors(ObjectNode responses, Operation operation) {
        boolean named = operation.parameters().stream()
                .anyMatch(parameter ->
                        parameter.name().equals("id") || parameter.name().equals("incident"));
        ERRORS.keySet().stream()
                .sorted()
                .filter(status -> operation.changes() || !status.equals("403"))
                .filter(status -> named || !status.equals("404") && !status.equals("409"))
                .forEach(status -> {
                    ObjectNode error = responses.putObject(status);
                    error.put("description", ERRORS.get(status));
                    error.putObject("content")
                            .putObject(Problem.MEDIA_TYPE)
                            .putObject("schema")
                            .put("$ref", SCHEMAS + "Problem");
                });
    }

    private static ObjectNode body(List<Parameter> members) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("required", members.stream().anyMatch(Parameter::required));
        ObjectNode schema =
                body.putObject("content").putObject("application/json").putObject("schema");
        schema.put("type", "object");
        schema.put("additionalProperties", false);
        ArrayNode required = schema.putArray("required");
        ObjectNode properties = schema.putObject("properties");
        members.forEach(member -> {
            if (member.required()) {
                required.add(member.name());
            }
            ObjectNode property = schema(member);
            property.put("description", member.description());
            properties.set(member.name(), property);
        });
        return body;
    }

    private static ObjectNode schema(Parameter parameter) {
        ObjectNode schema = JsonNodeFactory.instance.objectNode();
        switch (parameter.type()) {
            case TEXT ->
                schema.put("type", "string").put("minLength", parameter.min()).put("maxLength", parameter.max());
            case CHOICE -> {
                ArrayNode allowed = schema.put("type", "string").putArray("enum");
                parameter.allowed().forEach(allowed::add);
            }
            case INTEGER ->
                schema.put("type", "integer").put("minimum", parameter.min()).put("maximum", parameter.max());
            case BOOLEAN -> schema.put("type", "boolean");
            case TIME -> schema.put("type", "string").put("format", "date-time");
            case DURATION -> schema.put("type", "string").put("pattern", "^[0-9]{1,6}[smhd]$");
            case INCIDENT_ID -> schema.put("type", "string").put("pattern", INCIDENT_ID);
        }
        String defaultValue = parameter.defaultValue();
        if (defaultValue != null) {
            schema.set("default", defaultValue(parameter, defaultValue));
        }
        return schema;
    }

    private static JsonNode defaultValue(Parameter parameter, String text) {
        return parameter.type() == Parameter.Type.INTEGER
                ? JsonNodeFactory.instance.numberNode(Integer.parseInt(text))
                : JsonNodeFactory.instance.textNode(text);
    }

    private static ObjectNode changes() {
        ObjectNode view = JsonNodeFactory.instance.objectNode();
        view.put("operationId", "changes");
        view.put("summary", "Sends an event for each incident that changes.");
        view.put(
                "description",
                "Server-Sent Events: incident with the id, and reload if too many incidents"
                        + " changed. Requires the role viewer.");
        ObjectNode responses = view.putObject("responses");
        responses
                .putObject("200")
                .put("description", "The events")
                .putObject("content")
                .putObject("text/event-stream")
                .putObject("schema")
                .put("type", "string");
        for (String status : List.of("401", "429")) {
            responses
                    .putObject(status)
                    .put("description", status.equals("401") ? "The token is missing or not valid" : "Too many clients")
                    .putObject("content")
                    .putObject(Problem.MEDIA_TYPE)
                    .putObject("schema")
                    .put("$ref", SCHEMAS + "Problem");
        }
        return view;
    }
}
