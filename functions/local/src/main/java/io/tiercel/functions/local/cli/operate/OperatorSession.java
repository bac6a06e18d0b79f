package io.tiercel.functions.local.cli.operate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.client.ClientProblem;
import io.tiercel.functions.client.OperatorClient;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.local.cli.CommandFailure;
import io.tiercel.functions.local.cli.ExitStatus;
import io.tiercel.functions.local.terminal.DisplayText;
import io.tiercel.functions.local.terminal.Terminal;
import io.tiercel.functions.operate.OperatorAnswer;
import io.tiercel.functions.operate.OperatorRequest;
import java.util.Set;

/** A connection to the functions for one command. */
final class OperatorSession implements AutoCloseable {
    private static final int MAX_DETAIL = 4000;
    private static final int PAGE = 200;

    /** These statuses say that the same request may succeed later. */
    private static final Set<Integer> BUSY = Set.of(429, 503, 504);

    private final OperatorContext context;
    private final OperatorClient client;
    private final boolean json;
    private final String connection;

    OperatorSession(OperatorContext context, OperatorClient client, boolean json, String connection) {
        this.context = context;
        this.client = client;
        this.json = json;
        this.connection = connection;
    }

    OperatorContext context() {
        return context;
    }

    OperatorClient client() {
        return client;
    }

    Terminal terminal() {
        return context.terminal();
    }

    /** Returns whether the output is JSON. */
    boolean json() {
        return json;
    }

    /** Returns a command to type, with the options of this connection. */
    String command(String arguments) {
        return context.program() + " " + arguments + connection;
    }

    static ObjectNode arguments() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ObjectNode arguments(String name, String value) {
        return arguments().put(name, value);
    }

    /**
     * Calls an operation.
     *
     * @throws CommandFailure if it fails
     */
    JsonNode call(String operation, ObjectNode arguments) {
        OperatorAnswer answer = client.call(new OperatorRequest(operation, arguments));
        if (answer.ok()) {
            return answer.body();
        }
        throw new CommandFailure(status(answer), message(answer.body()));
    }

    /**
     * Reads the items of all pages of a list.
     *
     * @param arguments the arguments of each page, which this method changes
     * @param max the number of items after which no further page is read
     * @throws CommandFailure if a page fails
     */
    ArrayNode items(String operation, ObjectNode arguments, int max) {
        ArrayNode items = JsonNodeFactory.instance.arrayNode();
        arguments.put("limit", PAGE);
        JsonNode next;
        do {
            JsonNode page = call(operation, arguments);
            page.path("items").forEach(items::add);
            next = page.path("next");
            arguments.set("cursor", next);
        } while (next.isTextual() && items.size() < max);
        return items;
    }

    /** Prints a document as one line of ASCII, which no terminal interprets. */
    void printJson(JsonNode document) {
        try {
            terminal().out().println(Json.ASCII.writeValueAsString(document));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    static ExitStatus status(OperatorAnswer answer) {
        if (ClientProblem.INVALID_ANSWER.of(answer)) {
            return ExitStatus.FAILED;
        }
        return switch (answer.status()) {
            case 400, 422 -> ExitStatus.USAGE;
            case 401, 403 -> ExitStatus.NOT_AUTHORIZED;
            case 404 -> ExitStatus.NOT_FOUND;
            case 409, 412 -> ExitStatus.REFUSED;
            default -> BUSY.contains(answer.status()) ? ExitStatus.UNREACHABLE : ExitStatus.FAILED;
        };
    }

    private static String message(JsonNode problem) {
        String detail = problem.path("detail").asText("");
        StringBuilder message =
                new StringBuilder(detail.isEmpty() ? problem.path("title").asText("failed") : detail);
        for (JsonNode error : problem.path("errors")) {
            message.append("; ")
                    .append(error.path("parameter").asText())
                    .append(": ")
                    .append(error.path("detail").asText());
        }
        return DisplayText.clean(message.substring(0, Math.min(MAX_DETAIL, message.length())));
    }

    @Override
    public void close() {
        client.close();
        terminal().out().flush();
    }
}
