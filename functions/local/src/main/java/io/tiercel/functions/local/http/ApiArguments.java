package io.tiercel.functions.local.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.intake.SafeText;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.operate.Operation;
import io.tiercel.functions.operate.Parameter;
import io.tiercel.functions.operate.Problem;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/** Reads the arguments of an operation from the path, the query and the body of a request. */
final class ApiArguments {
    /** The largest body: a comment of the maximum length, with every character escaped. */
    private static final int MAX_BODY = 32 << 10;

    private static final int MAX_NAME = 40;

    private ApiArguments() {}

    /**
     * Returns the arguments, which are not validated yet.
     *
     * @throws Problem if the request has another form
     */
    static ObjectNode read(RoutingContext exchange, Operation operation) {
        ObjectNode arguments =
                operation.method().equals("GET") ? JsonNodeFactory.instance.objectNode() : body(exchange);
        for (Map.Entry<String, String> parameter : exchange.queryParams()) {
            add(arguments, parameter.getKey(), parameter.getValue());
        }
        for (Parameter parameter : operation.parameters()) {
            if (operation.inPath(parameter)) {
                add(arguments, parameter.name(), exchange.pathParam(parameter.name()));
            }
        }
        return arguments;
    }

    private static void add(ObjectNode arguments, String name, String value) {
        if (arguments.has(name)) {
            throw Problem.of(
                    400,
                    "the parameter "
                            + SafeText.oneLine(name.substring(0, Math.min(MAX_NAME, name.length())))
                            + " is there more than once");
        }
        arguments.put(name, value);
    }

    private static ObjectNode body(RoutingContext exchange) {
        Buffer body = exchange.body().buffer();
        if (body == null || body.length() == 0) {
            return JsonNodeFactory.instance.objectNode();
        }
        if (body.length() > MAX_BODY) {
            throw Problem.of(413, "the body is larger than " + MAX_BODY / 1024 + " KiB");
        }
        String type = exchange.request().getHeader("Content-Type");
        if (type == null
                || !type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals("application/json")) {
            throw Problem.of(415, "the body must be JSON with the header \"Content-Type: application/json\"");
        }
        try {
            JsonNode json = Json.SINGLE_DOCUMENT.readTree(body.toString(StandardCharsets.UTF_8));
            if (json instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException e) {
            // The message of the parser contains its own names. The text below suffices.
        }
        throw Problem.of(400, "the body must be one JSON object, such as {\"version\":\"VERSION\"}");
    }
}
