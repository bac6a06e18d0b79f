package io.tiercel.functions.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.operate.Caller;
import io.tiercel.functions.operate.OperatorAnswer;
import io.tiercel.functions.operate.OperatorApi;
import io.tiercel.functions.operate.OperatorRequest;
import io.tiercel.functions.operate.OperatorRole;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Answers with prepared bodies, and keeps the changes that it was asked for. */
final class FakeOperatorApi implements OperatorApi {
    private final Map<String, JsonNode> bodies = new ConcurrentHashMap<>(Map.of(
            "list-incidents", SampleData.list(),
            "statistics", SampleData.statistics(),
            "show-incident", SampleData.detail(),
            "list-nodes", SampleData.nodes(),
            "list-rules", SampleData.rules(),
            "list-silences", SampleData.silences(),
            "list-held", SampleData.held(),
            "show-kill-switch", SampleData.killSwitch(),
            "list-audit", SampleData.audit()));

    private final List<OperatorRequest> requests = new CopyOnWriteArrayList<>();
    private final Map<String, OperatorAnswer> answers = new ConcurrentHashMap<>();

    @Override
    public OperatorAnswer call(OperatorRequest request, Caller caller) {
        requests.add(request);
        JsonNode body = bodies.get(request.operation());
        if (answers.containsKey(request.operation())) {
            return answers.get(request.operation());
        }
        if (body != null) {
            return new OperatorAnswer(200, body);
        }
        return caller.role() == OperatorRole.RESPONDER
                ? new OperatorAnswer(200, SampleData.object().put("outcome", "done by " + caller.name()))
                : problem(403, "about:blank", "this operation requires the role responder");
    }

    void answer(String operation, OperatorAnswer answer) {
        answers.put(operation, answer);
    }

    void body(String operation, JsonNode body) {
        bodies.put(operation, body);
    }

    Map<String, JsonNode> bodies() {
        return bodies;
    }

    static OperatorAnswer problem(int status, String type, String detail) {
        return new OperatorAnswer(
                status,
                SampleData.object()
                        .put("type", type)
                        .put("title", "Refused")
                        .put("status", status)
                        .put("detail", detail));
    }

    /** Returns the arguments of the last call of an operation. */
    ObjectNode last(String operation) {
        return requests.stream()
                .filter(request -> request.operation().equals(operation))
                .reduce((_, later) -> later)
                .orElseThrow()
                .arguments();
    }

    long calls(String operation) {
        return requests.stream()
                .filter(request -> request.operation().equals(operation))
                .count();
    }
}
