package io.tiercel.functions.local.http;

import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Map;

/** The problem details of requests that no route answers. */
@Singleton
final class ErrorResponses {
    private static final Map<Integer, String> DETAILS = Map.of(
            400, "the request is not valid",
            404, "there is nothing under this path; /api/v1/openapi.json and /openapi describe all paths",
            405, "this path does not support the method of the request",
            406, "this path has no representation that the request accepts",
            413, "the body is too large",
            415, "this path does not support the content type of the request",
            500, "the request failed; the log has the cause");

    void register(@Observes Router router) {
        DETAILS.keySet().forEach(status -> router.errorHandler(status, exchange -> respond(exchange, status)));
    }

    /** Responds with the problem of a status. */
    static void respond(RoutingContext exchange, int status) {
        if (!exchange.response().headWritten()) {
            JsonResponse.error(exchange, status, DETAILS.getOrDefault(status, "the request failed"));
        }
    }
}
