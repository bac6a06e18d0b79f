package io.tiercel.functions.local.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.operate.Caller;
import io.tiercel.functions.operate.OpenApiDocument;
import io.tiercel.functions.operate.Operation;
import io.tiercel.functions.operate.Operations;
import io.tiercel.functions.operate.OperatorAnswer;
import io.tiercel.functions.operate.OperatorApi;
import io.tiercel.functions.operate.OperatorRequest;
import io.tiercel.functions.operate.Problem;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;

/** {@code /api/v1}: one route for each operation, from its description. All but the OpenAPI document require a token. */
@Singleton
final class ApiRoutes {
    /** The start of all paths. */
    static final String PREFIX = "/api/v1";

    static final String DOCUMENT = PREFIX + "/openapi.json";

    private final OperatorApi api;
    private final TokenFilter tokens;
    private final ReadLimit limit;

    @Inject
    ApiRoutes(OperatorApi api, TokenFilter tokens, ReadLimit limit) {
        this.api = api;
        this.tokens = tokens;
        this.limit = limit;
    }

    void register(@Observes Router router) {
        Operations.ALL.forEach(operation -> {
            Route route = router.route(HttpMethod.valueOf(operation.method()), path(operation));
            if (operation.changes()) {
                Admission.blocking(route, exchange -> call(exchange, operation));
            } else {
                route.blockingHandler(limit.limited(exchange -> call(exchange, operation)), false);
            }
        });
        Buffer document = Buffer.buffer(OpenApiDocument.create(PREFIX, ChangesRoute.PATH) + "\n");
        router.get(DOCUMENT)
                .handler(exchange -> exchange.response()
                        .putHeader("Content-Type", "application/json")
                        .putHeader("X-Content-Type-Options", "nosniff")
                        .end(document));
    }

    /** Returns the path of an operation in the syntax of the router. */
    private static String path(Operation operation) {
        return PREFIX + operation.path().replaceAll("\\{([a-z]+)}", ":$1");
    }

    private void call(RoutingContext exchange, Operation operation) {
        Optional<Caller> caller = tokens.caller(exchange);
        if (caller.isEmpty()) {
            tokens.refuse(exchange);
            return;
        }
        OperatorAnswer answer;
        try {
            ObjectNode arguments = ApiArguments.read(exchange, operation);
            answer = api.call(new OperatorRequest(operation.name(), arguments), caller.get());
        } catch (Problem e) {
            answer = e.answer();
        }
        JsonResponse.answer(exchange, answer);
    }
}
