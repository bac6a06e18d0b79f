package io.tiercel.functions.local.http;

import io.tiercel.functions.local.limit.ByteBudget;
import io.tiercel.functions.local.limit.ProcessingGate;
import io.vertx.core.Handler;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/**
 * The memory that the body of a request uses, and its place in a {@link ProcessingGate}. It ends with the response, which also drops a
 * body that waits in the gate. On a {@linkplain #blocking blocking} route it ends when the worker has finished, because a client that
 * disconnects does not stop the worker. This class is thread-safe.
 */
final class Admission {
    private static final String KEY = Admission.class.getName();

    private final ByteBudget.Reservation reservation;

    /** The place in the gate; null before the body is complete. */
    private ProcessingGate.@Nullable Place place;

    private boolean handedOver;
    private boolean ended;

    Admission(ByteBudget.Reservation reservation) {
        this.reservation = reservation;
    }

    /** Stores an admission in its request. */
    void attachTo(RoutingContext exchange) {
        exchange.put(KEY, this);
    }

    /** Adds a blocking handler to a route. A request whose client has disconnected before is dropped. */
    static void blocking(Route route, Handler<RoutingContext> handler) {
        route.handler(Admission::handOver)
                .blockingHandler(
                        exchange -> {
                            try {
                                handler.handle(exchange);
                            } finally {
                                finish(exchange);
                            }
                        },
                        false);
    }

    /** Takes a place in a gate, and calls the next handler when it is this body's turn. */
    void enter(ProcessingGate gate, long bytes, Runnable next) {
        ProcessingGate.Place taken = gate.place(bytes, next);
        synchronized (this) {
            if (ended) {
                return;
            }
            place = taken;
        }
        taken.enter();
    }

    private static void handOver(RoutingContext exchange) {
        Admission admission = exchange.get(KEY);
        if (admission == null || admission.handOver()) {
            exchange.next();
        }
    }

    private synchronized boolean handOver() {
        handedOver = !ended;
        return handedOver;
    }

    private static void finish(RoutingContext exchange) {
        Admission admission = exchange.get(KEY);
        if (admission != null) {
            admission.end();
        }
    }

    /** Ends the admission with the response, unless a worker still uses the body. */
    void responseEnded() {
        synchronized (this) {
            if (handedOver) {
                return;
            }
        }
        end();
    }

    private void end() {
        ProcessingGate.Place left;
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            left = place;
        }
        if (left != null) {
            left.leave();
        }
        reservation.release();
    }
}
