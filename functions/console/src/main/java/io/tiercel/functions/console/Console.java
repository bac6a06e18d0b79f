package io.tiercel.functions.console;

import io.tiercel.functions.console.session.FailureLimit;
import io.tiercel.functions.console.session.LoginCodes;
import io.tiercel.functions.console.session.Sessions;
import io.tiercel.functions.console.view.Templates;
import io.tiercel.functions.operate.Caller;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.time.InstantSource;

/** The console of one server. Its pages are below {@link #PATH}; {@code /} redirects to them. */
public final class Console {
    /** The path of the pages and of the session's cookie. */
    public static final String PATH = "/console";

    private final ConsoleBackend backend;
    private final LoginCodes codes;
    private final AccessRoutes access;
    private final PageRoutes pages;
    private final ChangeRoutes changes;
    private final StreamRoute stream;

    private Console(ConsoleBackend backend, Vertx vertx, InstantSource clock) {
        this.backend = backend;
        this.codes = new LoginCodes(clock);
        Sessions sessions = new Sessions(clock);
        Templates templates = new Templates();
        PageWriter writer = new PageWriter(templates, backend);
        SessionCheck check = new SessionCheck(sessions, writer);
        this.access = new AccessRoutes(backend, sessions, codes, new FailureLimit(clock), writer);
        OperatorCalls calls = new OperatorCalls(backend.api());
        this.pages = new PageRoutes(calls, check, writer);
        this.changes = new ChangeRoutes(calls, check);
        this.stream = new StreamRoute(backend.changes(), check, vertx);
    }

    /** Creates a console. Sessions and codes are its own. */
    public static Console create(ConsoleBackend backend, Vertx vertx, InstantSource clock) {
        return new Console(backend, vertx, clock);
    }

    /**
     * Adds the routes.
     *
     * @param binder adds the routes that render pages, whose request bodies are complete
     */
    public void mount(Router router, RouteBinder binder) {
        router.route(PATH).handler(SecurityHeaders::add);
        router.route(PATH + "/*").handler(SecurityHeaders::add);
        router.post(PATH + "/*").handler(PostCheck::check);
        router.get("/").handler(exchange -> PageWriter.redirect(exchange, PageRoutes.INCIDENTS));
        router.get(PATH).handler(exchange -> PageWriter.redirect(exchange, PageRoutes.INCIDENTS));
        new AssetRoutes().mount(router);
        RenderLimit limit = new RenderLimit();
        RouteBinder limited = (route, handler) -> binder.blocking(route, limit.limited(handler));
        access.mount(router, limited);
        stream.mount(router);
        pages.mount(router, limited);
        changes.mount(router, limited);
    }

    /** Returns a one-time code that starts a session of an operator within {@link LoginCodes#LIFE}. */
    public String issueCode(Caller caller) {
        return codes.issue(caller);
    }

    /** Returns the path of the page that uses a code. The code follows {@code #}, so that it does not reach logs or histories of servers. */
    public static String loginPath(String code) {
        return AccessRoutes.LOGIN + "#" + code;
    }

    /** Returns what the console shows. */
    public ConsoleBackend backend() {
        return backend;
    }
}
