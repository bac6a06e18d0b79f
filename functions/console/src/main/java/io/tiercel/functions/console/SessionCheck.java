package io.tiercel.functions.console;

import io.tiercel.functions.console.session.Session;
import io.tiercel.functions.console.session.Sessions;
import io.vertx.core.Handler;
import io.vertx.core.http.Cookie;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Finds the session of a request, and leads requests without one to the login. */
final class SessionCheck {
    private static final String CSRF_FIELD = "csrf";
    private static final String CSRF_HEADER = "X-CSRF-Token";

    private final Sessions sessions;
    private final PageWriter writer;

    SessionCheck(Sessions sessions, PageWriter writer) {
        this.sessions = sessions;
        this.writer = writer;
    }

    Optional<Session> find(RoutingContext exchange) {
        Cookie cookie = exchange.request().getCookie(AccessRoutes.cookieName(exchange));
        return cookie == null ? Optional.empty() : sessions.find(cookie.getValue());
    }

    /** Returns a handler that requires a session, and for a POST the session's CSRF token. */
    Handler<RoutingContext> required(BiConsumer<RoutingContext, Session> handler) {
        return exchange -> {
            Optional<Session> session = find(exchange);
            if (session.isEmpty()) {
                refuse(exchange);
            } else if (exchange.request().method().name().equals("POST") && !repeatsToken(exchange, session.get())) {
                PageWriter.plain(exchange, 403, "The form is out of date. Load the page again.");
            } else {
                handler.accept(exchange, session.get());
            }
        };
    }

    private static boolean repeatsToken(RoutingContext exchange, Session session) {
        String header = exchange.request().getHeader(CSRF_HEADER);
        return session.hasCsrfToken(header == null ? Forms.value(exchange, CSRF_FIELD) : header);
    }

    private void refuse(RoutingContext exchange) {
        if (exchange.request().getHeader("HX-Request") != null) {
            // The open page goes to the login as a whole.
            exchange.response().putHeader("HX-Redirect", AccessRoutes.LOGIN);
            PageWriter.plain(exchange, 401, "The session has ended.");
        } else if ("cross-site".equals(exchange.request().getHeader("Sec-Fetch-Site"))) {
            // A link on another site: the browser withholds the cookie. Loaded again by this page, the request has it.
            writer.reload(exchange);
        } else {
            writer.login(exchange, 401, "");
        }
    }
}
