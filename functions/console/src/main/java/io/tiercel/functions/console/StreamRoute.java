package io.tiercel.functions.console;

import io.tiercel.functions.console.session.Session;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** {@code GET /console/changes}: a stream of server-sent events that tells open pages to load again. It carries no data. */
final class StreamRoute {
    static final String PATH = Console.PATH + "/changes";
    private static final int MAX_STREAMS = 50;
    private static final long HEARTBEAT_MILLIS = 15_000;

    /** The minimum time between two events, milliseconds. */
    private static final long PACE_MILLIS = 500;

    private final Optional<ChangeSource> feed;
    private final SessionCheck check;
    private final Vertx vertx;
    private final AtomicInteger streams = new AtomicInteger();

    StreamRoute(Optional<ChangeSource> feed, SessionCheck check, Vertx vertx) {
        this.feed = feed;
        this.check = check;
        this.vertx = vertx;
    }

    void mount(Router router) {
        feed.ifPresent(changes -> router.get(PATH).handler(exchange -> open(exchange, changes)));
    }

    private void open(RoutingContext exchange, ChangeSource changes) {
        if (check.find(exchange).isEmpty()) {
            PageWriter.plain(exchange, 401, "The session has ended.");
        } else if (streams.incrementAndGet() > MAX_STREAMS) {
            streams.decrementAndGet();
            exchange.response().putHeader("Retry-After", "30");
            PageWriter.plain(exchange, 503, "Too many pages are open.");
        } else {
            new Stream(exchange, vertx.getOrCreateContext()).start(changes);
        }
    }

    /** One open page. All methods but the listener run on the event loop of the connection. */
    private final class Stream {
        private final RoutingContext exchange;
        private final Context context;
        private final AtomicBoolean scheduled = new AtomicBoolean();
        private ChangeSource.Subscription subscription = () -> {};
        private long heartbeat;
        private boolean ended;

        Stream(RoutingContext exchange, Context context) {
            this.exchange = exchange;
            this.context = context;
        }

        void start(ChangeSource changes) {
            HttpServerResponse response = exchange.response();
            response.putHeader("Content-Type", "text/event-stream").setChunked(true);
            exchange.addEndHandler(_ -> end());
            response.exceptionHandler(_ -> end());
            try {
                subscription = changes.subscribe(this::changed);
            } catch (IllegalStateException _) {
                end();
                response.setStatusCode(503).end();
                return;
            }
            heartbeat = vertx.setPeriodic(HEARTBEAT_MILLIS, _ -> beat());
            response.write("retry: 3000\n\n");
        }

        private void changed() {
            if (scheduled.compareAndSet(false, true)) {
                context.runOnContext(_ -> vertx.setTimer(PACE_MILLIS, _ -> {
                    scheduled.set(false);
                    write("event: changed\ndata: 1\n\n");
                }));
            }
        }

        private void beat() {
            // A session that is over ends its streams, and the page finds out by its next request. An open page keeps a
            // session from being idle, but not beyond its maximum life.
            Optional<Session> session = check.find(exchange);
            if (session.isEmpty()) {
                close();
            } else {
                write(":\n\n");
            }
        }

        private void write(String event) {
            if (ended) {
                return;
            }
            if (exchange.response().writeQueueFull()) {
                // The client does not read.
                close();
            } else {
                exchange.response().write(event);
            }
        }

        private void close() {
            end();
            exchange.request().connection().close();
        }

        private void end() {
            if (!ended) {
                ended = true;
                vertx.cancelTimer(heartbeat);
                subscription.close();
                streams.decrementAndGet();
            }
        }
    }
}
