package io.tiercel.functions.local.http;

import io.tiercel.functions.local.limit.ByteBudget;
import io.tiercel.functions.local.limit.ProcessingGate;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/**
 * The memory that the body of a request uses, and its place in the {@link ProcessingGate}. It ends with the response, or, after {@link
 * #handOver}, when the worker has finished, because a client that disconnects does not stop the worker. This class is thread-safe.
 */
final class Admission {
    private static final String KEY = Admission.class.getName();

    private final ByteBudget.Reservation reservation;
    private final ProcessingGate gate;

    /** The bytes in the gate; null before the body has entered it. */
    private @Nullable Long entered;

    private boolean handedOver;
    private boolean ended;

    Admission(ByteBudget.Reservation reservation, ProcessingGate gate) {
        this.reservation = reservation;
        this.gate = gate;
    }

    /** Stores an admission in its request. */
    void attachTo(RoutingContext exchange) {
        exchange.put(KEY, this);
    }

    /** Calls the next handler when enough of the bodies before this one are processed. */
    void enter(long bytes, Runnable next) {
        gate.enter(bytes, () -> {
            if (begin(bytes)) {
                next.run();
            } else {
                gate.leave(bytes);
            }
        });
    }

    private synchronized boolean begin(long bytes) {
        if (!ended) {
            entered = bytes;
        }
        return !ended;
    }

    /** A handler before a blocking one, which must call {@link #finish}. Drops the request if the client has disconnected. */
    static void handOver(RoutingContext exchange) {
        Admission admission = exchange.get(KEY);
        if (admission == null || admission.handOver()) {
            exchange.next();
        }
    }

    private synchronized boolean handOver() {
        handedOver = !ended;
        return handedOver;
    }

    /** Ends the admission of a request that was handed over. */
    static void finish(RoutingContext exchange) {
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
        Long left;
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            left = entered;
        }
        reservation.release();
        if (left != null) {
            gate.leave(left);
        }
    }
}
