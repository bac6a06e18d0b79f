package io.tiercel.functions.local.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/** Sends JSON responses. */
final class JsonResponse {
    /** The time after which a client should repeat a request, seconds. */
    private static final String RETRY_SECONDS = "2";

    private JsonResponse() {}

    static void json(RoutingContext exchange, int status, JsonNode body) {
        exchange.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .putHeader("X-Content-Type-Options", "nosniff")
                .end(body + "\n");
    }

    /** Responds with 503: a later attempt may succeed. */
    static void unavailable(RoutingContext exchange, @Nullable String reason) {
        exchange.response().putHeader("Retry-After", RETRY_SECONDS);
        error(exchange, 503, reason);
    }

    static void error(RoutingContext exchange, int status, @Nullable String reason) {
        json(exchange, status, JsonNodeFactory.instance.objectNode().put("error", String.valueOf(reason)));
    }
}
