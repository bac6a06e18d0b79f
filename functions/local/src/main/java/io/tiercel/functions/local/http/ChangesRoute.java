package io.tiercel.functions.local.http;

import io.tiercel.functions.console.ChangeSource;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /api/v1/changes}: Server-Sent Events about incidents that changed. Events contain ids only; a client reads the incident. A
 * client that does not read is disconnected, and reads everything again after it has connected.
 */
@Singleton
final class ChangesRoute {
    static final String PATH = ApiRoutes.PREFIX + "/changes";

    /** Maximum number of clients. Each has up to {@link #MAX_QUEUE} bytes in memory. */
    static final int MAX_CLIENTS = 50;

    static final int MAX_QUEUE = 64 << 10;
    private static final long FLUSH_MILLIS = 200;
    private static final long HEARTBEAT_MILLIS = 15_000;

    private final Vertx vertx;
    private final ChangeFeed feed;
    private final TokenFilter tokens;
    private final Set<Client> clients = ConcurrentHashMap.newKeySet();

    /** The pages of the console that are open. Their number is limited there. */
    private final Set<Runnable> listeners = ConcurrentHashMap.newKeySet();

    @Inject
    ChangesRoute(Vertx vertx, ChangeFeed feed, TokenFilter tokens) {
        this.vertx = vertx;
        this.feed = feed;
        this.tokens = tokens;
    }

    /** A client and the event loop of its connection. */
    private record Client(HttpServerResponse response, Context context) {}

    void register(@Observes Router router) {
        router.get(PATH).handler(this::open);
        vertx.setPeriodic(FLUSH_MILLIS, _ -> flush());
        vertx.setPeriodic(HEARTBEAT_MILLIS, _ -> send(": \n\n"));
    }

    /** Calls a listener after changes until the subscription is closed. */
    ChangeSource.Subscription subscribe(Runnable listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    private void open(RoutingContext exchange) {
        if (tokens.caller(exchange).isEmpty()) {
            tokens.refuse(exchange);
            return;
        }
        if (clients.size() >= MAX_CLIENTS) {
            JsonResponse.later(exchange, 429, "at most " + MAX_CLIENTS + " clients can watch changes; retry later");
            return;
        }
        HttpServerResponse response = exchange.response();
        Client client = new Client(response, vertx.getOrCreateContext());
        exchange.addEndHandler(_ -> clients.remove(client));
        response.closeHandler(_ -> clients.remove(client));
        response.exceptionHandler(_ -> clients.remove(client));
        response.setChunked(true)
                .setWriteQueueMaxSize(MAX_QUEUE)
                .putHeader("Content-Type", "text/event-stream")
                .putHeader("Cache-Control", "no-store")
                .putHeader("X-Content-Type-Options", "nosniff")
                .write("retry: 2000\n\n");
        clients.add(client);
    }

    private void flush() {
        ChangeFeed.Changes changes = feed.drain();
        if (!changes.none()) {
            listeners.forEach(Runnable::run);
        }
        if (!changes.none() && !clients.isEmpty()) {
            send(text(changes.incidents(), changes.more() ? "event: reload\ndata: {}\n\n" : null));
        }
    }

    private static String text(List<String> incidents, @Nullable String end) {
        StringBuilder text = new StringBuilder();
        for (String id : incidents) {
            text.append("event: incident\ndata: {\"id\":\"").append(id).append("\"}\n\n");
        }
        return end == null ? text.toString() : text.append(end).toString();
    }

    private void send(String text) {
        for (Client client : clients) {
            client.context().runOnContext(_ -> send(client, text));
        }
    }

    private void send(Client client, String text) {
        HttpServerResponse response = client.response();
        if (response.ended() || response.closed()) {
            clients.remove(client);
        } else if (response.writeQueueFull()) {
            clients.remove(client);
            response.reset();
        } else {
            response.write(text);
        }
    }
}
