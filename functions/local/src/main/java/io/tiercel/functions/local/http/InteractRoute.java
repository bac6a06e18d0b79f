package io.tiercel.functions.local.http;

import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.notify.InteractionEndpoint;
import io.tiercel.functions.notify.http.InboundRequest;
import io.tiercel.functions.notify.http.Response;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code POST /interact/slack} and {@code POST /interact/pagerduty}, which authenticate the caller by a signature. */
@Singleton
final class InteractRoute {
    private static final List<String> PATHS = List.of("/interact/slack", "/interact/pagerduty");
    private static final int MAX_HEADERS = 100;

    private final InteractionEndpoint interactions;

    @Inject
    InteractRoute(InteractionEndpoint interactions) {
        this.interactions = interactions;
    }

    void register(@Observes Router router) {
        PATHS.forEach(path -> Admission.blocking(router.post(path), this::handle));
    }

    private void handle(RoutingContext exchange) {
        Map<String, String> headers = new HashMap<>();
        for (Map.Entry<String, String> header : exchange.request().headers()) {
            if (headers.size() < MAX_HEADERS) {
                headers.put(header.getKey().toLowerCase(Locale.ROOT), header.getValue());
            }
        }
        Buffer body = exchange.body().buffer();
        try {
            Response response = interactions.handle(new InboundRequest(
                    "POST", exchange.normalizedPath(), headers, body == null ? new byte[0] : body.getBytes()));
            exchange.response()
                    .setStatusCode(response.status())
                    .putHeader("Content-Type", "text/plain; charset=utf-8")
                    .putHeader("X-Content-Type-Options", "nosniff")
                    .end(response.text());
        } catch (StoreUnavailable e) {
            JsonResponse.unavailable(exchange, e.getMessage());
        }
    }
}
