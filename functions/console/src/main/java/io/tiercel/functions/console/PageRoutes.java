package io.tiercel.functions.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.console.session.Session;
import io.tiercel.functions.console.view.AuditRow;
import io.tiercel.functions.console.view.Filters;
import io.tiercel.functions.console.view.HeldRow;
import io.tiercel.functions.console.view.IncidentList;
import io.tiercel.functions.console.view.IncidentView;
import io.tiercel.functions.console.view.KillSwitchView;
import io.tiercel.functions.console.view.NodeRow;
import io.tiercel.functions.console.view.Overview;
import io.tiercel.functions.console.view.Pager;
import io.tiercel.functions.console.view.RuleRow;
import io.tiercel.functions.console.view.SilenceRow;
import io.tiercel.functions.console.view.Verification;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** The pages. An open page loads its part {@code live} again with the header {@code HX-Request}. */
final class PageRoutes {
    static final String INCIDENTS = Console.PATH + "/incidents";
    static final String FLEET = Console.PATH + "/fleet";
    static final String RULES = Console.PATH + "/rules";
    static final String RESPONSES = Console.PATH + "/responses";
    static final String SILENCES = Console.PATH + "/silences";
    static final String AUDIT = Console.PATH + "/audit";
    private static final int PAGE_SIZE = 50;
    private static final int MAX_ID = 128;

    private final OperatorCalls calls;
    private final SessionCheck check;
    private final PageWriter writer;

    PageRoutes(OperatorCalls calls, SessionCheck check, PageWriter writer) {
        this.calls = calls;
        this.check = check;
        this.writer = writer;
    }

    private interface Page {
        void show(RoutingContext exchange, Session session);
    }

    void mount(Router router, RouteBinder binder) {
        bind(binder, router.get(INCIDENTS), INCIDENTS, this::incidents);
        // The same list with filters in the body, because texts of events do not belong into addresses.
        bind(binder, router.post(INCIDENTS), INCIDENTS, this::incidents);
        bind(binder, router.get(INCIDENTS + "/:id"), INCIDENTS, this::incident);
        bind(binder, router.get(FLEET), FLEET, this::fleet);
        bind(binder, router.get(RULES), RULES, this::rules);
        bind(binder, router.get(RESPONSES), RESPONSES, this::responses);
        bind(binder, router.get(SILENCES), SILENCES, this::silences);
        bind(binder, router.get(AUDIT), AUDIT, this::audit);
    }

    private void bind(RouteBinder binder, Route route, String current, Page page) {
        binder.blocking(route, check.required((exchange, session) -> {
            try {
                page.show(exchange, session);
            } catch (OperatorCalls.Refused refused) {
                int status = refused.answer().status();
                writer.page(
                        exchange,
                        session,
                        status,
                        "problem",
                        status == 404 ? "Not found" : "Not available",
                        current,
                        Map.of("status", status, "problem", OperatorCalls.problem(refused.answer())));
            }
        }));
    }

    private void show(
            RoutingContext exchange,
            Session session,
            String template,
            String title,
            String current,
            Map<String, Object> values) {
        if (exchange.request().getHeader("HX-Request") == null) {
            writer.page(exchange, session, 200, template, title, current, values);
        } else {
            writer.part(exchange, session, template + "-live", values);
        }
    }

    private void incidents(RoutingContext exchange, Session session) {
        Filters filters = Filters.of(name -> Objects.requireNonNull(Forms.value(exchange, name)));
        ObjectNode arguments = OperatorCalls.arguments().put("limit", PAGE_SIZE);
        filters.addTo(arguments);
        JsonNode list = calls.read(session, "list-incidents", arguments);
        JsonNode numbers = calls.read(session, "statistics", OperatorCalls.arguments());
        Map<String, Object> values = new HashMap<>();
        values.put("list", IncidentList.of(list));
        values.put("overview", Overview.of(numbers));
        values.put("filters", filters);
        values.put("post", exchange.request().method().name().equals("POST"));
        show(exchange, session, "incidents", "Incidents", INCIDENTS, values);
    }

    private void incident(RoutingContext exchange, Session session) {
        JsonNode detail =
                calls.read(session, "show-incident", OperatorCalls.arguments().put("id", idOf(exchange)));
        IncidentView view = IncidentView.of(detail);
        show(exchange, session, "incident", "Incident " + view.summary().shortId(), INCIDENTS, Map.of("view", view));
    }

    private void fleet(RoutingContext exchange, Session session) {
        String cursor = Forms.value(exchange, "cursor");
        JsonNode body = calls.read(session, "list-nodes", page(cursor));
        show(
                exchange,
                session,
                "fleet",
                "Fleet",
                FLEET,
                Map.of("nodes", NodeRow.list(body), "pager", Pager.of(FLEET, body, cursor)));
    }

    private void rules(RoutingContext exchange, Session session) {
        JsonNode body = calls.read(session, "list-rules", OperatorCalls.arguments());
        show(exchange, session, "rules", "Rules", RULES, Map.of("rules", RuleRow.list(body)));
    }

    private void responses(RoutingContext exchange, Session session) {
        String cursor = Forms.value(exchange, "cursor");
        JsonNode held = calls.read(session, "list-held", page(cursor));
        JsonNode killSwitch = calls.read(session, "show-kill-switch", OperatorCalls.arguments());
        show(
                exchange,
                session,
                "responses",
                "Responses",
                RESPONSES,
                Map.of(
                        "held",
                        HeldRow.list(held),
                        "killSwitch",
                        KillSwitchView.of(killSwitch),
                        "pager",
                        Pager.of(RESPONSES, held, cursor)));
    }

    private void silences(RoutingContext exchange, Session session) {
        String cursor = Forms.value(exchange, "cursor");
        JsonNode body = calls.read(session, "list-silences", page(cursor).put("state", "all"));
        show(
                exchange,
                session,
                "silences",
                "Silences",
                SILENCES,
                Map.of("silences", SilenceRow.list(body), "pager", Pager.of(SILENCES, body, cursor)));
    }

    private void audit(RoutingContext exchange, Session session) {
        String cursor = Forms.value(exchange, "cursor");
        JsonNode body = calls.read(session, "list-audit", page(cursor));
        show(
                exchange,
                session,
                "audit",
                "Audit",
                AUDIT,
                Map.of(
                        "entries",
                        AuditRow.list(body),
                        "verification",
                        Verification.of(body.path("verification")),
                        "pager",
                        Pager.of(AUDIT, body, cursor)));
    }

    private static ObjectNode page(String cursor) {
        ObjectNode arguments = OperatorCalls.arguments().put("limit", PAGE_SIZE);
        return cursor.isEmpty() ? arguments : arguments.put("cursor", cursor);
    }

    static String idOf(RoutingContext exchange) {
        String id = Objects.requireNonNullElse(exchange.pathParam("id"), "");
        return id.substring(0, Math.min(id.length(), MAX_ID));
    }
}
