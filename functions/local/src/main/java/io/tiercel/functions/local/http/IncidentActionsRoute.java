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
 * {@code POST /incidents/{id}/approve|release|close}, protected by {@link TokenFilter}. The optional body is
 * {@code {"by":"NAME","plan":"ID"}}.
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
     * A request for an action.
     *
     * @param incidentId the incident
     * @param by {@code http}, or {@code http:NAME} if the request has a name
     * @param plan the plan in the request; empty if it has none
     */
    private record ActionRequest(String incidentId, String by, String plan) {}

    private interface Action {
        void perform(RoutingContext exchange, ActionRequest request);
    }

    void register(@Observes Router router) {
        on(router, "approve", this::approve);
        on(router, "release", this::release);
        on(router, "close", this::close);
    }

    private void on(Router router, String name, Action action) {
        Admission.blocking(router.post("/incidents/:id/" + name), exchange -> handle(exchange, action));
    }

    private void handle(RoutingContext exchange, Action action) {
        String id = exchange.pathParam("id");
        Buffer body = exchange.body().buffer();
        if (body != null && body.length() > MAX_BODY) {
            JsonResponse.error(exchange, 413, "the body is larger than " + MAX_BODY + " bytes");
            return;
        }
        try {
            JsonNode json = Json.MAPPER.readTree(body == null ? "" : body.toString(StandardCharsets.UTF_8));
            if (!json.isMissingNode() && !json.isObject()) {
                JsonResponse.error(
                        exchange, 400, "the body must be an object {\"by\":\"NAME\",\"plan\":\"ID\"}, or empty");
            } else if (incidents.find(id).isEmpty()) {
                JsonResponse.error(exchange, 404, "unknown incident; GET /incidents lists all incidents");
            } else {
                action.perform(
                        exchange,
                        new ActionRequest(id, by(json), json.path("plan").asText("")));
            }
        } catch (JsonProcessingException e) {
            JsonResponse.error(exchange, 400, "the body is not JSON");
        } catch (StoreUnavailable e) {
            JsonResponse.unavailable(exchange, e.getMessage());
        }
    }

    private static String by(JsonNode json) {
        String name = SafeText.oneLine(json.path("by").asText(""));
        return name.isBlank() ? "http" : "http:" + name.substring(0, Math.min(name.length(), MAX_BY));
    }

    private void approve(RoutingContext exchange, ActionRequest request) {
        if (request.plan().isEmpty()) {
            JsonResponse.error(
                    exchange,
                    400,
                    "specify the plan to approve: {\"plan\":\"ID\"}; GET /incidents/" + request.incidentId()
                            + " shows its id");
            return;
        }
        switch (responder.approve(request.incidentId(), request.plan(), request.by())) {
            case ApprovalOutcome.Approved() -> done(exchange, 202, "approved");
            case ApprovalOutcome.AlreadyApproved() -> done(exchange, 200, "already approved");
            case ApprovalOutcome.Rejected(String reason) -> JsonResponse.error(exchange, 409, reason);
        }
    }

    private void release(RoutingContext exchange, ActionRequest request) {
        done(
                exchange,
                202,
                responder.release(request.incidentId(), request.by()).text());
    }

    private void close(RoutingContext exchange, ActionRequest request) {
        switch (closer.close(request.incidentId(), request.by())) {
            case CLOSED -> done(exchange, 200, "closed");
            case ALREADY_CLOSED -> done(exchange, 200, "already closed");
            case UNKNOWN -> JsonResponse.error(exchange, 404, "unknown incident; GET /incidents lists all incidents");
            case BUSY ->
                JsonResponse.error(exchange, 409, "new alerts arrived while the incident was being closed; try again");
        }
    }

    private static void done(RoutingContext exchange, int status, String outcome) {
        ObjectNode response = JsonNodeFactory.instance.objectNode().put("outcome", outcome);
        JsonResponse.json(exchange, status, response);
    }
}
