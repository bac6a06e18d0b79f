package io.tiercel.functions.console;

import io.tiercel.functions.console.session.FailureLimit;
import io.tiercel.functions.console.session.LoginCodes;
import io.tiercel.functions.console.session.Sessions;
import io.tiercel.functions.intake.SafeText;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.operate.Caller;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.regex.Pattern;

/** Logs operators in, by token or one-time code, and out. */
final class AccessRoutes {
    static final String LOGIN = Console.PATH + "/login";
    private static final String LOGOUT = Console.PATH + "/logout";
    private static final String LINKS = Console.PATH + "/links";
    private static final String BEARER = "Bearer ";
    private static final int MAX_NAME = 100;
    private static final int MAX_TOKEN = 4096;
    private static final Pattern OWN_PAGE = Pattern.compile(Console.PATH + "/[A-Za-z0-9/_-]{1,200}");

    private final ConsoleBackend backend;
    private final Sessions sessions;
    private final LoginCodes codes;
    private final FailureLimit failures;
    private final PageWriter writer;

    AccessRoutes(
            ConsoleBackend backend, Sessions sessions, LoginCodes codes, FailureLimit failures, PageWriter writer) {
        this.backend = backend;
        this.sessions = sessions;
        this.codes = codes;
        this.failures = failures;
        this.writer = writer;
    }

    void mount(Router router, RouteBinder binder) {
        binder.blocking(router.get(LOGIN), exchange -> writer.login(exchange, 200, ""));
        binder.blocking(router.post(LOGIN), this::login);
        binder.blocking(router.post(LOGOUT), this::logout);
        binder.blocking(router.post(LINKS), this::issueLink);
    }

    /** The name of the cookie. Browsers send cookies to all ports of a host, and two consoles may run on this machine. */
    static String cookieName(RoutingContext exchange) {
        HostAndPort authority = exchange.request().authority();
        return "tiercel-console-" + (authority == null ? 0 : authority.port());
    }

    private void login(RoutingContext exchange) {
        String address = exchange.request().remoteAddress().hostAddress();
        if (!failures.permits(address)) {
            writer.login(exchange, 429, "Too many attempts. Wait one minute, then try again.");
            return;
        }
        String code = Forms.value(exchange, "code");
        Optional<Caller> caller = code.isEmpty()
                ? callerOf(Forms.value(exchange, "token"), Forms.value(exchange, "name"))
                : codes.use(code);
        if (caller.isEmpty()) {
            failures.failed(address);
            writer.login(
                    exchange,
                    401,
                    code.isEmpty()
                            ? "This token is not valid."
                            : "This link has expired or was used before. Run the command again to get another one.");
            return;
        }
        String id = sessions.start(caller.get());
        exchange.response().addCookie(cookie(exchange, id));
        String next = Forms.value(exchange, "next");
        PageWriter.redirect(exchange, OWN_PAGE.matcher(next).matches() ? next : PageRoutes.INCIDENTS);
    }

    private Optional<Caller> callerOf(String token, String name) {
        if (token.isEmpty() || token.length() > MAX_TOKEN) {
            return Optional.empty();
        }
        return backend.tokens().flatMap(tokens -> tokens.roleOf(token)).map(role -> new Caller(callerName(name), role));
    }

    private static String callerName(String claimed) {
        String name = SafeText.oneLine(claimed).strip();
        return name.isEmpty() ? "http" : "http:" + name.substring(0, Math.min(name.length(), MAX_NAME));
    }

    private void logout(RoutingContext exchange) {
        Cookie cookie = exchange.request().getCookie(cookieName(exchange));
        if (cookie != null) {
            sessions.end(cookie.getValue());
        }
        exchange.response().addCookie(cookie(exchange, "").setMaxAge(0));
        PageWriter.redirect(exchange, LOGIN);
    }

    /** Answers a command line that has the token with a one-time code. */
    private void issueLink(RoutingContext exchange) {
        String address = exchange.request().remoteAddress().hostAddress();
        String header = exchange.request().getHeader("Authorization");
        String name = exchange.request().getHeader("Tiercel-Operator");
        if (!failures.permits(address)) {
            PageWriter.plain(exchange, 429, "Too many wrong tokens. Wait one minute.");
            return;
        }
        Optional<Caller> caller = header == null || !header.startsWith(BEARER)
                ? Optional.empty()
                : callerOf(header.substring(BEARER.length()).strip(), name == null ? "" : name);
        if (caller.isEmpty()) {
            failures.failed(address);
            exchange.response().putHeader("WWW-Authenticate", "Bearer");
            PageWriter.plain(exchange, 401, "This request requires a valid bearer token.");
            return;
        }
        exchange.response()
                .putHeader("Content-Type", "application/json")
                .end(Json.MAPPER.createObjectNode().put("path", Console.loginPath(codes.issue(caller.get()))) + "\n");
    }

    private static Cookie cookie(RoutingContext exchange, String value) {
        return Cookie.cookie(cookieName(exchange), value)
                .setPath(Console.PATH)
                .setHttpOnly(true)
                .setSecure(exchange.request().isSSL())
                .setSameSite(CookieSameSite.STRICT);
    }
}
