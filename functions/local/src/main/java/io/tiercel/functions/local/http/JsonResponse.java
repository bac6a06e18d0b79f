package io.tiercel.functions.local.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/** Sends JSON responses. */
final class JsonResponse {
    /** The time after which a client should repeat a request, seconds. */
    private static final String RETRY_SECONDS = "2";

    private static final String SENT = JsonResponse.class.getName();

    private JsonResponse() {}

    static void json(RoutingContext exchange, int status, JsonNode body) {
        Future<Void> sent = exchange.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .putHeader("X-Content-Type-Options", "nosniff")
                .end(body + "\n");
        exchange.put(SENT, sent);
    }

    /** Returns what completes when the response of a request is sent, or failed; complete if there was none. */
    static Future<Void> sent(RoutingContext exchange) {
        Future<Void> sent = exchange.get(SENT);
        return sent == null ? Future.succeededFuture() : sent;
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
