package io.tiercel.functions.console;

import io.tiercel.functions.console.session.Session;
import io.tiercel.functions.console.view.Shell;
import io.tiercel.functions.console.view.Templates;
import io.tiercel.functions.operate.OperatorRole;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.Map;

/** Renders and sends pages. */
final class PageWriter {
    private final Templates templates;
    private final ConsoleBackend backend;

    PageWriter(Templates templates, ConsoleBackend backend) {
        this.templates = templates;
        this.backend = backend;
    }

    /** Sends a page with the menu. */
    void page(
            RoutingContext exchange,
            Session session,
            int status,
            String template,
            String title,
            String current,
            Map<String, Object> values) {
        Session.Message message = session.takeMessage();
        Map<String, Object> all = new HashMap<>(values);
        all.put("csrf", session.csrfToken());
        all.put("responder", session.caller().role() == OperatorRole.RESPONDER);
        all.put(
                "shell",
                new Shell(
                        title,
                        current,
                        session.caller().name(),
                        session.caller().role() == OperatorRole.RESPONDER,
                        message == null ? null : new Shell.Note(message.success(), message.text()),
                        backend.changes().isPresent(),
                        backend.pollInterval().toSeconds(),
                        backend.place()));
        html(exchange, status, templates.render(template, all));
    }

    /** Sends a part of a page, which replaces the same part of the open page. */
    void part(RoutingContext exchange, Session session, String template, Map<String, Object> values) {
        Map<String, Object> all = new HashMap<>(values);
        all.put("csrf", session.csrfToken());
        all.put("responder", session.caller().role() == OperatorRole.RESPONDER);
        html(exchange, 200, templates.render(template, all));
    }

    /** Sends the page for the login. */
    void login(RoutingContext exchange, int status, String problem) {
        String path = exchange.normalizedPath();
        html(
                exchange,
                status,
                templates.render(
                        "login",
                        Map.of(
                                "problem",
                                problem,
                                "tokens",
                                backend.tokens().isPresent(),
                                "next",
                                path.equals(AccessRoutes.LOGIN) ? "" : path,
                                "place",
                                backend.place())));
    }

    /** Sends a page that loads itself again. */
    void reload(RoutingContext exchange) {
        html(exchange, 200, templates.render("reload", Map.of()));
    }

    private static void html(RoutingContext exchange, int status, String html) {
        exchange.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "text/html; charset=utf-8")
                .end(html);
    }

    /** Sends one sentence. */
    static void plain(RoutingContext exchange, int status, String text) {
        exchange.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "text/plain; charset=utf-8")
                .end(text + "\n");
    }

    /** Leads the browser to another page. */
    static void redirect(RoutingContext exchange, String path) {
        exchange.response().setStatusCode(303).putHeader("Location", path).end();
    }
}
