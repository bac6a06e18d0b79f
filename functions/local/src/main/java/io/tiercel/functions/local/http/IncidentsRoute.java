package io.tiercel.functions.local.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.audit.AuditLog;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentQuery;
import io.tiercel.functions.incident.IncidentState;
import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.local.sqlite.AlertInbox;
import io.tiercel.functions.local.sqlite.SqliteIncidentStore;
import io.tiercel.functions.local.sqlite.StoreHealth;
import io.tiercel.functions.notification.NotificationMetrics;
import io.tiercel.functions.notification.NotificationOutbox;
import io.tiercel.functions.notification.NotificationState;
import io.tiercel.functions.notification.NotificationStore;
import io.tiercel.functions.notification.PlanStatusProvider;
import io.tiercel.functions.notification.ResponseStatus;
import io.tiercel.functions.notification.Subject;
import io.tiercel.functions.notification.silence.ActiveSilences;
import io.tiercel.functions.notification.silence.Silence;
import io.tiercel.functions.planning.PlanPreview;
import io.tiercel.functions.respond.PlanReader;
import io.tiercel.functions.respond.ResponsePlan;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code GET /incidents}, {@code GET /incidents/{id}} and {@code GET /health}. */
@Singleton
final class IncidentsRoute {
    private static final int DEFAULT_LIMIT = 1_000;
    private static final int MAX_LIMIT = 10_000;
    private static final List<String> LIST_PARAMETERS = List.of("state", "rule", "limit");
    private static final int SENSOR_MESSAGES = 10;
    private static final int AUDIT_ENTRIES = 100;

    private final SqliteIncidentStore incidents;
    private final NotificationStore notifications;
    private final NotificationOutbox outbox;
    private final AlertInbox inbox;
    private final StoreHealth store;
    private final AuditLog audit;
    private final PlanReader plans;
    private final PlanPreview preview;
    private final ActiveSilences silences;
    private final TokenFilter tokens;
    private final ReadLimit limit;
    private final InstantSource clock = InstantSource.system();

    @Inject
    IncidentsRoute(
            SqliteIncidentStore incidents,
            NotificationStore notifications,
            NotificationOutbox outbox,
            AlertInbox inbox,
            StoreHealth store,
            AuditLog audit,
            PlanReader plans,
            PlanPreview preview,
            ActiveSilences silences,
            TokenFilter tokens,
            ReadLimit limit) {
        this.incidents = incidents;
        this.notifications = notifications;
        this.outbox = outbox;
        this.inbox = inbox;
        this.store = store;
        this.audit = audit;
        this.plans = plans;
        this.preview = preview;
        this.silences = silences;
        this.tokens = tokens;
        this.limit = limit;
    }

    void register(@Observes Router router) {
        get(router, "/incidents", limit.limited(this::list));
        get(router, "/incidents/:id", limit.limited(this::details));
        for (String path : List.of("/health", "/healthz")) {
            // Some probes and load balancers send HEAD. The server omits the body then.
            handle(router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD), this::health);
        }
    }

    private static void get(Router router, String path, Handler<RoutingContext> handler) {
        handle(router.get(path), handler);
    }

    private static void handle(Route route, Handler<RoutingContext> handler) {
        route.blockingHandler(
                exchange -> {
                    try {
                        handler.handle(exchange);
                    } catch (StoreUnavailable e) {
                        JsonResponse.unavailable(exchange, e.getMessage());
                    }
                },
                false);
    }

    private void list(RoutingContext exchange) {
        Optional<String> unknown = exchange.queryParams().names().stream()
                .filter(name -> !LIST_PARAMETERS.contains(name))
                .findFirst();
        if (unknown.isPresent()) {
            JsonResponse.error(
                    exchange,
                    400,
                    "unknown parameter; the parameters are " + String.join(", ", LIST_PARAMETERS)
                            + ", and /api/v1/incidents has more");
            return;
        }
        String stateText = exchange.request().getParam("state", "");
        boolean escalated = stateText.equalsIgnoreCase("escalated");
        Optional<IncidentState> state = escalated ? Optional.of(IncidentState.OPEN) : IncidentState.parse(stateText);
        if (!stateText.isEmpty() && state.isEmpty()) {
            JsonResponse.error(exchange, 400, "state must be open, escalated (open and past a threshold) or closed");
            return;
        }
        int limit;
        try {
            limit = Integer.parseInt(exchange.request().getParam("limit", Integer.toString(DEFAULT_LIMIT)));
        } catch (NumberFormatException e) {
            limit = 0;
        }
        if (limit < 1 || limit > MAX_LIMIT) {
            JsonResponse.error(exchange, 400, "limit must be a number from 1 to " + MAX_LIMIT);
            return;
        }
        String rule = exchange.request().getParam("rule", "");
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        IncidentQuery query =
                new IncidentQuery(state.orElse(null), escalated ? 1 : 0, rule.isEmpty() ? null : rule, limit);
        incidents.list(query).forEach(incident -> list.add(IncidentJsonView.summary(incident)));
        JsonResponse.json(exchange, 200, list);
    }

    private void details(RoutingContext exchange) {
        String id = exchange.pathParam("id");
        Optional<Incident> incident = incidents.find(id);
        if (incident.isPresent()) {
            ResponsePlan plan = plans.plan(id).orElseGet(() -> preview.preview(incident.get()));
            ObjectNode details = IncidentJsonView.details(
                    incident.get(),
                    plan,
                    notifications.listRecords(Subject.incident(id)),
                    audit.entriesFor(id, AUDIT_ENTRIES));
            details.set(
                    "silencedBy",
                    silence(incident.get(), plan)
                            .<JsonNode>map(SilencesRoute::view)
                            .orElse(NullNode.instance));
            JsonResponse.json(exchange, 200, details);
        } else {
            JsonResponse.error(exchange, 404, "unknown incident; GET /incidents lists all incidents");
        }
    }

    private Optional<Silence> silence(Incident incident, ResponsePlan plan) {
        Optional<ResponseStatus> response = new PlanStatusProvider(_ -> plan).statusOf(incident);
        return silences.find(incident, NotificationState.of(incident, response, Optional.empty()), clock.instant());
    }

    /** Probes have no token, so everybody gets the status and the cause of a failure. The details are for readers of incidents. */
    private void health(RoutingContext exchange) {
        ObjectNode health = JsonNodeFactory.instance.objectNode();
        Optional<StoreHealth.Episode> failure = store.episode();
        if (failure.isPresent()) {
            health.put("status", "down");
            health.put("cause", failure.get().fault().text());
            health.put("since", failure.get().since().toString());
            JsonResponse.json(exchange, 503, health);
            return;
        }
        Map<String, NotificationMetrics.Problem> problems = outbox.metrics().problems();
        // Status 200: to start the server again would not help.
        health.put("status", problems.isEmpty() ? "up" : "degraded");
        if (!tokens.mayRead(exchange)) {
            JsonResponse.json(exchange, 200, health);
            return;
        }
        AlertInbox.Totals inboxTotals = inbox.totals();
        SqliteIncidentStore.Totals storeTotals = incidents.totals();
        health.put("waiting", inboxTotals.waiting());
        health.put("counted", storeTotals.alerts());
        health.put("incidents", storeTotals.incidents());
        health.put("refused", inboxTotals.rejected());
        ObjectNode channels = health.putObject("channels");
        problems.forEach((channel, problem) -> channels.putObject(channel)
                .put("reason", problem.reason())
                .put("since", problem.since().toString())
                .put("givenUp", problem.givenUp()));
        ArrayNode sensors = health.putArray("sensors");
        incidents.health(SENSOR_MESSAGES).forEach(document -> sensors.add(IncidentJsonView.document(document)));
        JsonResponse.json(exchange, 200, health);
    }
}
