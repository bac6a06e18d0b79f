package io.tiercel.functions.console;

import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Limits the pages that are rendered at the same time, because one incident can have a megabyte of evidence. */
final class RenderLimit {
    private static final int MAX_PAGES = 3;
    private static final int MAX_WAITING = 30;
    private static final long MAX_WAIT_SECONDS = 5;

    private final Semaphore pages = new Semaphore(MAX_PAGES, true);

    Handler<RoutingContext> limited(Handler<RoutingContext> handler) {
        return exchange -> {
            if (!acquire()) {
                exchange.response().putHeader("Retry-After", "2");
                PageWriter.plain(exchange, 503, "Too many pages are being loaded. Try again.");
                return;
            }
            try {
                handler.handle(exchange);
            } finally {
                pages.release();
            }
        };
    }

    private boolean acquire() {
        try {
            return pages.getQueueLength() < MAX_WAITING && pages.tryAcquire(MAX_WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
