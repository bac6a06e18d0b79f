package io.tiercel.functions.local.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.incident.IncidentStore;
import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.intake.SafeText;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.respond.ApprovalOutcome;
import io.tiercel.functions.respond.Responder;
import io.tiercel.functions.stage.IncidentCloser;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;

/**
 * {@code POST /incidents/{id}/approve|release|close}, behind {@link TokenFilter}. The body, if any, is
 * {@code {"by":"who","plan":"ID"}}.
 */
@Singleton
final class IncidentActionsRoute {
    private static final int MAX_BODY = 4096;
    private static final int MAX_BY = 100;
    private final IncidentStore incidents;
    private final Responder responder;
    private final IncidentCloser closer;

    @Inject
    IncidentActionsRoute(IncidentStore incidents, Responder responder, IncidentCloser closer) {
        this.incidents = incidents;
        this.responder = responder;
        this.closer = closer;
    }

    /**
     * A wish.
     *
     * @param incidentId the incident
     * @param by {@code http:} and the name that was given, if any
     * @param plan the plan that was named; empty if none
     */
    private record Wish(String incidentId, String by, String plan) {}

    private interface Action {
        void take(RoutingContext exchange, Wish wish);
    }

    void register(@Observes Router router) {
        on(router, "approve", this::approve);
        on(router, "release", this::release);
        on(router, "close", this::close);
    }

    private void on(Router router, String name, Action action) {
        router.post("/incidents/:id/" + name)
                .order(RequestFilter.JUST_INSIDE + 1)
                .handler(exchange -> {
                    // As with alerts: what curl posts must not be taken apart as a form.
                    exchange.request().headers().set("Content-Type", "application/json");
                    exchange.next();
                });
        router.post("/incidents/:id/" + name).blockingHandler(exchange -> take(exchange, action), false);
    }

    private void take(RoutingContext exchange, Action action) {
        String id = exchange.pathParam("id");
        Buffer body = exchange.body().buffer();
        if (body != null && body.length() > MAX_BODY) {
            JsonResponse.error(exchange, 413, "the body is larger than " + MAX_BODY + " bytes");
            return;
        }
        try {
            JsonNode given = Json.MAPPER.readTree(body == null ? "" : body.toString(StandardCharsets.UTF_8));
            if (!given.isMissingNode() && !given.isObject()) {
                JsonResponse.error(exchange, 400, "the body is an object {\"by\":\"who\",\"plan\":\"ID\"}, or empty");
            } else if (incidents.find(id).isEmpty()) {
                JsonResponse.error(exchange, 404, "there is no such incident; GET /incidents lists them");
            } else {
                action.take(exchange, new Wish(id, by(given), given.path("plan").asText("")));
            }
        } catch (JsonProcessingException e) {
            JsonResponse.error(exchange, 400, "the body is not JSON");
        } catch (StoreUnavailable e) {
            JsonResponse.error(exchange, 503, e.getMessage());
        }
    }

    private static String by(JsonNode given) {
        String name = SafeText.oneLine(given.path("by").asText(""));
        return name.isBlank() ? "http" : "http:" + name.substring(0, Math.min(name.length(), MAX_BY));
    }

    private void approve(RoutingContext exchange, Wish wish) {
        if (wish.plan().isEmpty()) {
            JsonResponse.error(
                    exchange,
                    400,
                    "name the plan that you have seen: {\"plan\":\"ID\"}, as GET /incidents/" + wish.incidentId()
                            + " shows it");
            return;
        }
        switch (responder.approve(wish.incidentId(), wish.plan(), wish.by())) {
            case ApprovalOutcome.Approved() -> done(exchange, 202, "approved");
            case ApprovalOutcome.AlreadyApproved() -> done(exchange, 200, "approved before");
            case ApprovalOutcome.Refused(String reason) -> JsonResponse.error(exchange, 409, reason);
        }
    }

    private void release(RoutingContext exchange, Wish wish) {
        responder.release(wish.incidentId(), wish.by());
        done(exchange, 202, "to be released");
    }

    private void close(RoutingContext exchange, Wish wish) {
        switch (closer.close(wish.incidentId(), wish.by())) {
            case CLOSED -> done(exchange, 200, "closed");
            case ALREADY_CLOSED -> done(exchange, 200, "closed before");
            case UNKNOWN -> JsonResponse.error(exchange, 404, "there is no such incident; GET /incidents lists them");
            case BUSY -> JsonResponse.error(exchange, 409, "alerts come in too fast to close it now; try again");
        }
    }

    private static void done(RoutingContext exchange, int status, String outcome) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode().put("outcome", outcome);
        JsonResponse.json(exchange, status, answer);
    }
}
