package io.tiercel.functions.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.console.session.Session;
import io.tiercel.functions.operate.OperatorAnswer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The changes. Each one leads to a page that shows its result. */
final class ChangeRoutes {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_:.-]{1,128}");

    /** The changes of an incident, with the fields of their forms. */
    private static final Map<String, List<String>> ACTIONS = Map.of(
            "acknowledge", List.of("version"),
            "assign", List.of("version", "to"),
            "comment", List.of("text"),
            "approve", List.of("version", "plan", "reason"),
            "release", List.of("version", "reason"),
            "close", List.of("version", "reason"));

    private static final Map<String, String> OPERATIONS = Map.of(
            "acknowledge", "acknowledge-incident",
            "assign", "assign-incident",
            "comment", "comment-incident",
            "approve", "approve-response",
            "release", "release-response",
            "close", "close-incident");

    private final OperatorCalls calls;
    private final SessionCheck check;

    ChangeRoutes(OperatorCalls calls, SessionCheck check) {
        this.calls = calls;
        this.check = check;
    }

    void mount(Router router, RouteBinder binder) {
        ACTIONS.forEach((action, fields) -> binder.blocking(
                router.post(PageRoutes.INCIDENTS + "/:id/" + action),
                check.required((exchange, session) -> changeIncident(exchange, session, action, fields))));
        binder.blocking(router.post(PageRoutes.SILENCES), check.required(this::createSilence));
        binder.blocking(router.post(PageRoutes.SILENCES + "/:id/end"), check.required(this::endSilence));
        binder.blocking(router.post(PageRoutes.RESPONSES + "/kill-switch"), check.required(this::setKillSwitch));
    }

    private void changeIncident(RoutingContext exchange, Session session, String action, List<String> fields) {
        String id = PageRoutes.idOf(exchange);
        ObjectNode arguments = OperatorCalls.arguments().put("id", id);
        for (String field : fields) {
            String value = Forms.value(exchange, field);
            // An empty assignee removes the present one. Other empty fields are left out.
            if (!value.isEmpty() || field.equals("to")) {
                arguments.put(field, value);
            }
        }
        OperatorAnswer answer = calls.call(session, String.valueOf(OPERATIONS.get(action)), arguments);
        finish(
                exchange,
                session,
                answer,
                ID.matcher(id).matches() ? PageRoutes.INCIDENTS + "/" + id : PageRoutes.INCIDENTS);
    }

    private void createSilence(RoutingContext exchange, Session session) {
        ObjectNode arguments = OperatorCalls.arguments()
                .put("condition", Forms.value(exchange, "condition"))
                .put("reason", Forms.value(exchange, "reason"))
                .put("for", Forms.value(exchange, "for"));
        if (Forms.value(exchange, "all").equals("true")) {
            arguments.put("all", true);
        }
        finish(exchange, session, calls.call(session, "create-silence", arguments), PageRoutes.SILENCES);
    }

    private void endSilence(RoutingContext exchange, Session session) {
        ObjectNode arguments = OperatorCalls.arguments().put("id", PageRoutes.idOf(exchange));
        finish(exchange, session, calls.call(session, "end-silence", arguments), PageRoutes.SILENCES);
    }

    private void setKillSwitch(RoutingContext exchange, Session session) {
        ObjectNode arguments = OperatorCalls.arguments()
                .put("on", Forms.value(exchange, "on").equals("true"))
                .put("reason", Forms.value(exchange, "reason"));
        finish(exchange, session, calls.call(session, "set-kill-switch", arguments), PageRoutes.RESPONSES);
    }

    private static void finish(RoutingContext exchange, Session session, OperatorAnswer answer, String page) {
        session.show(new Session.Message(answer.ok(), answer.ok() ? outcome(answer.body()) : refusal(answer)));
        PageWriter.redirect(exchange, page);
    }

    private static String outcome(JsonNode body) {
        String outcome = body.path("outcome").asText("Done");
        return outcome.isEmpty() ? "Done." : Character.toUpperCase(outcome.charAt(0)) + outcome.substring(1) + ".";
    }

    private static String refusal(OperatorAnswer answer) {
        String problem = OperatorCalls.problem(answer);
        return answer.body().path("type").asText().equals("tiercel:stale")
                ? "Nothing was changed, because the incident has changed since you saw it. " + problem
                        + " This page shows its present state."
                : "Nothing was changed. " + problem;
    }
}
