package io.tiercel.functions.local.http;

import io.quarkus.funqy.Funq;
import io.tiercel.functions.intake.SafeText;
import io.tiercel.functions.operate.Caller;
import io.tiercel.functions.operate.OperatorRole;
import io.tiercel.functions.stage.TiercelFunctions;
import io.tiercel.rules.text.TextLimit;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Requires the operators' bearer token for requests that read incidents or change state, also on the loopback address: other users of
 * this machine, pods in the host's network and clients of a proxy reach it there. Direct calls of the functions change state too; they
 * trust the results of earlier functions in their input. {@code POST /alerts} uses the same header for the token of a sensor, which
 * this filter never accepts.
 */
@Singleton
final class TokenFilter {
    private static final String AUTHORIZATION = "Authorization";

    /** The header with the name of the operator, for the audit log. */
    private static final String OPERATOR = "Tiercel-Operator";

    /** The actions on an incident. */
    static final List<String> ACTIONS = List.of("approve", "release", "close");

    private static final String SILENCES = "/silences*";

    /** Everything that shows incidents, including paths below, so that no spelling of a path avoids the filter. */
    private static final List<String> READS = List.of("/incidents*", "/metrics*", SILENCES);

    private static final int MAX_NAME = 100;

    private static final String COMMANDS =
            "\"tiercel token\" prints the token, and \"tiercel console\" prints a link that opens the console";

    private final OperatorTokens tokens;

    @Inject
    TokenFilter(OperatorTokens tokens) {
        this.tokens = tokens;
    }

    void register(@Observes Router router) {
        ACTIONS.forEach(action -> router.route("/incidents/:id/" + action)
                .order(RequestFilter.AFTER_FILTER)
                .handler(this::check));
        router.route(SILENCES).order(RequestFilter.AFTER_FILTER).handler(this::checkChange);
        READS.forEach(
                path -> router.route(path).order(RequestFilter.AFTER_FILTER).handler(this::checkRead));
        router.route(ApiRoutes.PREFIX + "/*").order(RequestFilter.AFTER_FILTER).handler(exchange -> {
            if (exchange.normalizedPath().equals(ApiRoutes.DOCUMENT)) {
                exchange.next();
            } else {
                checkRead(exchange);
            }
        });
        functions()
                .forEach(name -> router.route("/" + name)
                        .order(RequestFilter.AFTER_FILTER)
                        .handler(this::check));
    }

    /** The names of the functions; Funqy serves each under its name. */
    static List<String> functions() {
        return Stream.of(TiercelFunctions.class, EnrichFunction.class, RespondFunction.class, NotifyFunction.class)
                .flatMap(type -> Arrays.stream(type.getMethods()))
                .map((Method method) -> method.getAnnotation(Funq.class))
                .filter(Objects::nonNull)
                .map(Funq::value)
                .sorted()
                .toList();
    }

    /** Returns whether a request may read incidents and other details. */
    boolean mayRead(RoutingContext exchange) {
        return role(exchange).isPresent();
    }

    private Optional<OperatorRole> role(RoutingContext exchange) {
        return tokens.role(exchange.request().getHeader(AUTHORIZATION));
    }

    /** Returns the operator of a request, whose name is a claim; empty without a valid token. */
    Optional<Caller> caller(RoutingContext exchange) {
        String claim = exchange.request().getHeader(OPERATOR);
        String name = claim == null ? "" : TextLimit.cut(SafeText.oneLine(claim).strip(), MAX_NAME, "");
        return role(exchange).map(role -> new Caller(name.isEmpty() ? "http" : "http:" + name, role));
    }

    private void checkChange(RoutingContext exchange) {
        if (exchange.request().method().equals(HttpMethod.GET)) {
            exchange.next();
        } else {
            check(exchange);
        }
    }

    private void checkRead(RoutingContext exchange) {
        if (mayRead(exchange)) {
            exchange.next();
        } else {
            refuse(exchange);
        }
    }

    private void check(RoutingContext exchange) {
        Optional<OperatorRole> role = role(exchange);
        if (role.isEmpty()) {
            refuse(exchange);
        } else if (role.get() == OperatorRole.RESPONDER) {
            exchange.next();
        } else {
            JsonResponse.error(exchange, 403, "this request requires the role responder; your role is viewer");
        }
    }

    /** Responds to a request without a valid token. */
    void refuse(RoutingContext exchange) {
        exchange.response().putHeader("WWW-Authenticate", "Bearer");
        JsonResponse.error(
                exchange,
                401,
                exchange.request().getHeader(AUTHORIZATION) == null
                        ? "this request requires the header \"Authorization: Bearer TOKEN\"; the token is in the file"
                                + " \"token\" of the data directory, or in TIERCEL_TOKEN or TIERCEL_TOKEN_FILE; "
                                + COMMANDS
                        : "invalid token; " + COMMANDS);
    }
}
