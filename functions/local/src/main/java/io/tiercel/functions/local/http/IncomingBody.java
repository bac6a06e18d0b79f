package io.tiercel.functions.local.http;

import io.tiercel.functions.local.limit.ByteBudget;
import io.tiercel.functions.local.limit.Limits;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A body that is being received. The event loop of its connection adds to it; any thread may end it. */
final class IncomingBody {
    /** Less than this within a pause counts as no progress, so that single bytes do not keep a body alive. */
    private static final int PROGRESS = 32 << 10;

    private final RoutingContext exchange;
    private final Context context;
    private final ByteBudget.Reservation reservation;
    private final int max;
    private final long startNanos = System.nanoTime();
    private Buffer content;
    private long progressNanos = startNanos;
    private int progressAt;
    private boolean ended;

    /**
     * Creates an empty body.
     *
     * @param context the context of the request
     * @param expected the expected size, bytes
     * @param max the maximum size, bytes
     */
    IncomingBody(RoutingContext exchange, Context context, ByteBudget.Reservation reservation, int expected, int max) {
        this.exchange = exchange;
        this.context = context;
        this.reservation = reservation;
        this.max = max;
        this.content = Buffer.buffer(expected);
    }

    ByteBudget.Reservation reservation() {
        return reservation;
    }

    /** Returns the memory that the body needs with another part, bytes. */
    synchronized long sizeWith(Buffer part) {
        long size = (long) content.length() + part.length();
        // Parts of unknown number come: reserve in steps, as the buffer grows.
        return size <= reservation.bytes() || size > max
                ? size
                : Math.min(max, Math.max(size, 2 * reservation.bytes()));
    }

    /** Adds a part. Returns whether the body has made progress. */
    synchronized boolean add(Buffer part) {
        content.appendBuffer(part);
        if (content.length() - progressAt < PROGRESS) {
            return false;
        }
        progressAt = content.length();
        progressNanos = System.nanoTime();
        return true;
    }

    /** Returns whether the body has made no progress for some time. */
    synchronized boolean stalled(Duration pause) {
        return System.nanoTime() - progressNanos >= pause.toNanos();
    }

    /** Returns whether the time for the body is over. */
    boolean late() {
        return System.nanoTime() - startNanos >= Limits.BODY.toNanos();
    }

    /** Ends receiving, and returns the content; null if it has ended before. */
    synchronized @Nullable Buffer end() {
        if (ended) {
            return null;
        }
        ended = true;
        Buffer received = content;
        content = Buffer.buffer();
        return received;
    }

    synchronized boolean ended() {
        return ended;
    }

    /**
     * Drops what was received.
     *
     * @param answer responds to the request; runs later, on its event loop
     */
    void giveUp(Consumer<RoutingContext> answer) {
        if (end() != null) {
            reservation.release();
            context.runOnContext(_ -> answer.accept(exchange));
        }
    }
}
