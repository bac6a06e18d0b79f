package io.tiercel.functions.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.console.session.Session;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.operate.OperatorAnswer;
import io.tiercel.functions.operate.OperatorApi;
import io.tiercel.functions.operate.OperatorRequest;
import java.util.List;

/** Calls operations for sessions. */
final class OperatorCalls {
    private final OperatorApi api;

    OperatorCalls(OperatorApi api) {
        this.api = api;
    }

    /** Thrown when an operation that a page needs is refused. */
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final transient OperatorAnswer answer;

        Refused(OperatorAnswer answer) {
            super("status " + answer.status(), null, false, false);
            this.answer = answer;
        }

        OperatorAnswer answer() {
            return answer;
        }
    }

    static ObjectNode arguments() {
        return Json.MAPPER.createObjectNode();
    }

    OperatorAnswer call(Session session, String operation, ObjectNode arguments) {
        return api.call(new OperatorRequest(operation, arguments), session.caller());
    }

    /**
     * Returns the body of an answer.
     *
     * @throws Refused if the operation does not succeed
     */
    JsonNode read(Session session, String operation, ObjectNode arguments) {
        OperatorAnswer answer = call(session, operation, arguments);
        if (!answer.ok()) {
            throw new Refused(answer);
        }
        return answer.body();
    }

    /** Returns the problem of an answer in one or more sentences. */
    static String problem(OperatorAnswer answer) {
        JsonNode body = answer.body();
        String detail = body.path("detail").asText(body.path("title").asText("The operation failed."));
        List<String> errors = body.path("errors")
                .valueStream()
                .map(error -> error.path("parameter").asText() + ": "
                        + error.path("detail").asText())
                .limit(10)
                .toList();
        return errors.isEmpty() ? detail : detail + " " + String.join("; ", errors);
    }
}
