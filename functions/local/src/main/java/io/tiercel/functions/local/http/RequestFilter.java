package io.tiercel.functions.local.http;

import io.quarkus.funqy.runtime.ApplicationException;
import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.intake.AlertRejected;
import io.tiercel.functions.local.limit.GuardedConnection;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Checks every request. Every web page that a user of this machine visits can reach a server on the loopback address. The
 * filter therefore rejects requests for another host name (DNS rebinding) and from pages of another origin.
 */
@Singleton
final class RequestFilter {
    /** The order of routes that run after this filter and before all routes of Quarkus. */
    static final int AFTER_FILTER = Integer.MIN_VALUE + 1;

    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]", "::1");

    private static final Logger LOG = Logger.getLogger(RequestFilter.class);

    private final boolean loopback;

    RequestFilter(@ConfigProperty(name = "quarkus.http.host") String host) {
        this.loopback = LOOPBACK.contains(host);
    }

    void register(@Observes Router router) {
        router.route().order(Integer.MIN_VALUE).handler(this::check).failureHandler(RequestFilter::handleFailure);
    }

    private void check(RoutingContext exchange) {
        if (exchange.response().writeQueueFull()) {
            // The client sends requests in a pipeline and does not read the responses, which would fill the memory.
            exchange.request().connection().close();
            return;
        }
        guard(exchange);
        HostAndPort authority = exchange.request().authority();
        String origin = exchange.request().getHeader("Origin");
        if (loopback && (authority == null || !LOOPBACK.contains(authority.host()))) {
            JsonResponse.error(exchange, 403, "this server accepts requests for localhost and 127.0.0.1 only");
        } else if (origin != null && !sameOrigin(origin, exchange.request().scheme(), authority)) {
            JsonResponse.error(exchange, 403, "requests from other origins are not allowed");
        } else {
            exchange.next();
        }
    }

    /** Suspends the deadline of the connection until the response. */
    private static void guard(RoutingContext exchange) {
        if (exchange.request().connection() instanceof HttpServerConnection connection) {
            GuardedConnection.requestStarted(connection.channel());
            exchange.addEndHandler(_ -> GuardedConnection.requestEnded(connection.channel()));
        }
    }

    private static boolean sameOrigin(String origin, @Nullable String scheme, @Nullable HostAndPort authority) {
        return authority != null && origin.equals(scheme + "://" + authority);
    }

    private static void handleFailure(RoutingContext exchange) {
        Throwable failure =
                exchange.failure() instanceof ApplicationException wrapper ? wrapper.getCause() : exchange.failure();
        if (exchange.response().headWritten()) {
            exchange.next();
        } else if (failure instanceof AlertRejected rejected) {
            JsonResponse.error(exchange, 400, rejected.reason());
        } else if (failure instanceof StoreUnavailable) {
            JsonResponse.unavailable(exchange, failure.getMessage());
        } else {
            int status = exchange.statusCode() < 400 ? 500 : exchange.statusCode();
            if (status >= 500) {
                LOG.error("a request failed", failure);
            }
            ErrorResponses.respond(exchange, status);
        }
    }
}
