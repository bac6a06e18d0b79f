package io.tiercel.sensor.grpc;

import com.google.protobuf.MessageLite;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.ServerCallStreamObserver;
import io.tiercel.rules.alert.Alert;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * All subscribers and what they are sent. One thread serves them in turns, each a limited piece, so that none waits for
 * another, and the sensor waits for none: it only adds to the ring.
 */
final class AlertBroadcaster implements AutoCloseable {
    private static final Logger LOG = System.getLogger(AlertBroadcaster.class.getName());
    private static final Status STOPPING = Status.UNAVAILABLE.withDescription("the sensor stops");
    private static final long LAST_MILLIS = 500;
    private static final long IDLE_MILLIS = 1_000;
    private static final long DRAIN_MILLIS = 10;

    private final GrpcLimits limits;
    private final AlertRingBuffer ring;
    private final List<Subscriber<?>> subscribers = new CopyOnWriteArrayList<>();
    private final Thread thread =
            Thread.ofPlatform().daemon().name("alert-streams").unstarted(this::run);
    private long drained;
    private volatile boolean stopping;

    AlertBroadcaster(GrpcLimits limits) {
        this.limits = limits;
        this.ring = new AlertRingBuffer(limits.rememberedAlerts(), limits.rememberedBytes());
    }

    static AlertBroadcaster start(GrpcLimits limits) {
        AlertBroadcaster streams = new AlertBroadcaster(limits);
        streams.thread.start();
        return streams;
    }

    int subscribers() {
        return subscribers.size();
    }

    /** Takes an alert; never waits for a subscriber. */
    void add(Alert alert) {
        ring.add(alert);
    }

    /** Makes a stream that was just opened wake this when it can go on or is given up. */
    void prepare(ServerCallStreamObserver<?> stream) {
        stream.setOnReadyHandler(ring::wake);
        stream.setOnCancelHandler(ring::wake);
    }

    /**
     * Streams from now on, or from behind an alert.
     *
     * @param resumeAfter the alert's id; null for from now on
     * @throws StatusException if there are too many subscribers
     */
    <M extends MessageLite> void subscribe(
            SubscriptionFilter wanted,
            @Nullable String resumeAfter,
            AlertEncoder<M> form,
            ServerCallStreamObserver<M> stream)
            throws StatusException {
        synchronized (subscribers) {
            long start = resumeAfter == null ? ring.next() : ring.find(resumeAfter) + 1;
            boolean unknown = resumeAfter != null && start == 0;
            AlertGap missing = new AlertGap(0, 0, unknown);
            if (unknown) {
                start = ring.oldest();
            }
            add(new Subscriber<>(ring, limits, wanted, form, stream, missing, start, Long.MAX_VALUE));
        }
    }

    /**
     * Streams what no earlier stream of this kind was given, and ends.
     *
     * @throws StatusException if there are too many subscribers
     */
    <M extends MessageLite> void drain(AlertEncoder<M> form, ServerCallStreamObserver<M> stream)
            throws StatusException {
        synchronized (subscribers) {
            long end = ring.next();
            var subscriber = new Subscriber<>(
                    ring, limits, SubscriptionFilter.ALL, form, stream, AlertGap.NOTHING, drained, end);
            add(subscriber);
            drained = end;
        }
    }

    private void add(Subscriber<?> subscriber) throws StatusException {
        if (stopping) {
            throw STOPPING.asException();
        }
        if (subscribers.size() >= limits.subscribers()) {
            throw Status.RESOURCE_EXHAUSTED
                    .withDescription("there are " + limits.subscribers() + " subscribers already")
                    .asException();
        }
        subscribers.add(subscriber);
        ring.wake();
    }

    private void run() {
        try {
            while (!stopping) {
                long seen = ring.changes();
                if (!round()) {
                    ring.awaitChange(seen, IDLE_MILLIS);
                }
            }
            long last = System.nanoTime() + LAST_MILLIS * 1_000_000;
            while (!subscribers.stream().allMatch(Subscriber::idle) && System.nanoTime() - last < 0) {
                long seen = ring.changes();
                if (!round()) {
                    ring.awaitChange(seen, DRAIN_MILLIS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        subscribers.forEach(subscriber -> subscriber.end(STOPPING));
    }

    private boolean round() {
        boolean more = false;
        for (Subscriber<?> subscriber : subscribers) {
            more |= advance(subscriber);
            if (subscriber.ended()) {
                remove(subscriber);
            }
        }
        return more;
    }

    /** What goes wrong with one subscriber ends its stream and no other's. */
    private static boolean advance(Subscriber<?> subscriber) {
        try {
            return subscriber.advance();
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "gRPC: a stream of alerts has failed: " + e);
            subscriber.end(Status.INTERNAL.withDescription("the stream has failed"));
            return false;
        }
    }

    private void remove(Subscriber<?> subscriber) {
        synchronized (subscribers) {
            subscribers.remove(subscriber);
            if (subscriber.drains()) {
                // What a client that went away was not sent is for the next one.
                drained = Math.min(drained, subscriber.unsent());
            }
        }
    }

    /** Sends what waits, for half a second at most, and ends all streams. */
    @Override
    public void close() {
        synchronized (subscribers) {
            stopping = true;
        }
        ring.wake();
        try {
            thread.join(2 * LAST_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
