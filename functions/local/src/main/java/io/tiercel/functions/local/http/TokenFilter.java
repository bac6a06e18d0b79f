package io.tiercel.functions.local.http;

import io.quarkus.funqy.Funq;
import io.tiercel.functions.stage.TiercelFunctions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Requires the bearer token for requests that change state. These include direct calls of the functions, which trust the
 * results of earlier functions in their input.
 */
@Singleton
final class TokenFilter {
    /** The actions on an incident. */
    static final List<String> ACTIONS = List.of("approve", "release", "close");

    private final BearerToken token;

    @Inject
    TokenFilter(BearerToken token) {
        this.token = token;
    }

    void register(@Observes Router router) {
        ACTIONS.forEach(action -> router.route("/incidents/:id/" + action)
                .order(RequestFilter.AFTER_FILTER)
                .handler(this::check));
        functions()
                .forEach(name -> router.route("/" + name)
                        .order(RequestFilter.AFTER_FILTER)
                        .handler(this::check));
    }

    /** The names of the functions; Funqy serves each under its name. */
    static List<String> functions() {
        return Stream.of(TiercelFunctions.class, EnrichFunction.class)
                .flatMap(type -> Arrays.stream(type.getMethods()))
                .map((Method method) -> method.getAnnotation(Funq.class))
                .filter(Objects::nonNull)
                .map(Funq::value)
                .sorted()
                .toList();
    }

    private void check(RoutingContext exchange) {
        String header = exchange.request().getHeader("Authorization");
        if (header != null && token.matches(header)) {
            exchange.next();
        } else {
            exchange.response().putHeader("WWW-Authenticate", "Bearer");
            JsonResponse.error(
                    exchange,
                    401,
                    header == null
                            ? "this request requires the header \"Authorization: Bearer TOKEN\"; the token is in the file \"token\" of the"
                                    + " data directory, or in TIERCEL_TOKEN or TIERCEL_TOKEN_FILE"
                            : "invalid token");
        }
    }
}
