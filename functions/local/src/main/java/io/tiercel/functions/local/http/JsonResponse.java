package io.tiercel.functions.local.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.operate.OperatorAnswer;
import io.tiercel.functions.operate.Problem;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/** Sends JSON responses. */
final class JsonResponse {
    private static final String SENT = JsonResponse.class.getName();

    private JsonResponse() {}

    static void json(RoutingContext exchange, int status, JsonNode body) {
        send(exchange, status, "application/json", body);
    }

    private static void send(RoutingContext exchange, int status, String type, JsonNode body) {
        Future<Void> sent = exchange.response()
                .setStatusCode(status)
                .putHeader("Content-Type", type)
                .putHeader("Cache-Control", "no-store")
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
        later(exchange, 503, String.valueOf(reason));
    }

    /** Responds with problem details as of RFC 9457. */
    static void error(RoutingContext exchange, int status, @Nullable String reason) {
        problem(exchange, status, Problem.details(status, Problem.BLANK, String.valueOf(reason)));
    }

    /** Responds with the problem of a request that can be repeated later. */
    static void later(RoutingContext exchange, int status, String reason) {
        answer(exchange, Problem.later(status, reason).answer());
    }

    /** Responds with the answer of an operation. */
    static void answer(RoutingContext exchange, OperatorAnswer answer) {
        if (answer.ok()) {
            json(exchange, answer.status(), answer.body());
            return;
        }
        JsonNode retry = answer.body().path("retryAfterSeconds");
        if (retry.isInt()) {
            exchange.response().putHeader("Retry-After", retry.asText());
        }
        problem(exchange, answer.status(), answer.body());
    }

    private static void problem(RoutingContext exchange, int status, JsonNode body) {
        send(exchange, status, Problem.MEDIA_TYPE, body);
    }
}
