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

/**
 * Lets only those through to what changes anything who show the token. The functions are among that: called by hand they
 * believe what an earlier function is supposed to have found out.
 */
@Singleton
final class TokenFilter {
    /** What is done to an incident. */
    static final List<String> ACTIONS = List.of("approve", "release", "close");

    private final BearerToken token;

    @Inject
    TokenFilter(BearerToken token) {
        this.token = token;
    }

    void register(@Observes Router router) {
        ACTIONS.forEach(action -> router.route("/incidents/:id/" + action)
                .order(RequestFilter.JUST_INSIDE)
                .handler(this::check));
        functions()
                .forEach(name -> router.route("/" + name)
                        .order(RequestFilter.JUST_INSIDE)
                        .handler(this::check));
    }

    /** Names of the functions, each of which Funqy answers for under its name. */
    static List<String> functions() {
        return Arrays.stream(TiercelFunctions.class.getMethods())
                .map((Method method) -> method.getAnnotation(Funq.class))
                .filter(Objects::nonNull)
                .map(Funq::value)
                .sorted()
                .toList();
    }

    private void check(RoutingContext exchange) {
        String shown = exchange.request().getHeader("Authorization");
        if (shown != null && token.shownBy(shown)) {
            exchange.next();
        } else {
            exchange.response().putHeader("WWW-Authenticate", "Bearer");
            JsonResponse.error(
                    exchange,
                    401,
                    shown == null
                            ? "this needs the header \"Authorization: Bearer TOKEN\"; the token is in the file \"token\" of the"
                                    + " data folder unless TIERCEL_TOKEN or TIERCEL_TOKEN_FILE says another"
                            : "the token is wrong");
        }
    }
}
