package io.tiercel.functions.local.http;

import io.tiercel.functions.local.limit.Limits;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Limits the responses about incidents that are built or sent at the same time, because a list of 10,000 incidents needs tens of
 * megabytes. Others wait for a short time, and then get status 503. A client that does not receive its response is disconnected.
 */
@Singleton
final class ReadLimit {
    private static final int MAX_RESPONSES = 2;

    /** The maximum number of requests that wait, each on a worker thread. */
    private static final int MAX_WAITING = 32;

    private static final long MAX_WAIT_SECONDS = 5;

    private final Vertx vertx;
    private final Semaphore responses = new Semaphore(MAX_RESPONSES, true);

    @Inject
    ReadLimit(Vertx vertx) {
        this.vertx = vertx;
    }

    /** Returns a handler that calls another one within the limit. It responds with {@link JsonResponse}. */
    Handler<RoutingContext> limited(Handler<RoutingContext> handler) {
        return exchange -> {
            if (!acquire()) {
                JsonResponse.unavailable(exchange, "too many requests read incidents; retry later");
                return;
            }
            try {
                handler.handle(exchange);
            } finally {
                releaseWhenSent(exchange);
            }
        };
    }

    private boolean acquire() {
        try {
            return responses.getQueueLength() < MAX_WAITING && responses.tryAcquire(MAX_WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void releaseWhenSent(RoutingContext exchange) {
        Future<Void> sent = JsonResponse.sent(exchange);
        if (sent.isComplete()) {
            responses.release();
            return;
        }
        long timer = vertx.setTimer(
                Limits.RESPONSE.toMillis(), _ -> exchange.request().connection().close());
        sent.onComplete(_ -> {
            vertx.cancelTimer(timer);
            responses.release();
        });
    }
}
