package io.tiercel.sensor.grpc;

import com.google.protobuf.MessageLite;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.ServerCallStreamObserver;
import io.tiercel.rules.alert.Alert;
import io.tiercel.sensor.output.AlertIdentity;
import io.tiercel.sensor.thread.SupervisedThread;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Sends alerts to all subscribers. One thread serves them in turn, with a limited amount of work each, so that no
 * subscriber waits for another. The sensor never waits for a client: it adds alerts to the ring
 * buffer, from which clients resume, and to the queue of each subscriber whose filter they match.
 */
final class AlertBroadcaster implements AutoCloseable {
    private static final Logger LOG = System.getLogger(AlertBroadcaster.class.getName());
    private static final Status STOPPING = Status.UNAVAILABLE.withDescription("the sensor is shutting down");
    private static final long SHUTDOWN_MILLIS = 500;
    private static final long IDLE_MILLIS = 1_000;
    private static final long DRAIN_MILLIS = 10;

    private final GrpcLimits limits;
    private final AlertRingBuffer ring;
    private final List<Subscriber<?>> subscribers = new CopyOnWriteArrayList<>();
    private final SupervisedThread thread = SupervisedThread.unstarted("alert-streams", this::run);
    private long drained;
    private volatile boolean stopping;

    AlertBroadcaster(GrpcLimits limits) {
        this.limits = limits;
        this.ring = new AlertRingBuffer(limits.bufferedAlerts(), limits.bufferedBytes());
    }

    static AlertBroadcaster start(GrpcLimits limits) {
        AlertBroadcaster broadcaster = new AlertBroadcaster(limits);
        broadcaster.thread.start();
        return broadcaster;
    }

    int subscribers() {
        return subscribers.size();
    }

    /** Adds an alert. It is filtered for each subscriber. This method never waits for a client. */
    void add(Alert alert) {
        synchronized (subscribers) {
            ring.add(alert);
            long identity = subscribers.isEmpty() ? 0 : AlertIdentity.hash(alert);
            for (Subscriber<?> subscriber : subscribers) {
                subscriber.offer(alert, identity);
            }
        }
        ring.wake();
    }

    /** Wakes the thread when a new stream becomes writable or is canceled. */
    void prepare(ServerCallStreamObserver<?> stream) {
        stream.setOnReadyHandler(ring::wake);
        stream.setOnCancelHandler(ring::wake);
    }

    /**
     * Subscribes a stream to new alerts, or to those after a given alert.
     *
     * @param resumeAfter id of that alert; null for new alerts only
     * @throws StatusException if there are too many subscribers
     */
    <M extends MessageLite> void subscribe(
            SubscriptionFilter filter,
            @Nullable String resumeAfter,
            AlertEncoder<M> encoder,
            ServerCallStreamObserver<M> stream)
            throws StatusException {
        synchronized (subscribers) {
            long start = resumeAfter == null ? ring.next() : ring.find(resumeAfter) + 1;
            boolean unknown = resumeAfter != null && start == 0;
            AlertGap gap = AlertGap.unknown(unknown);
            if (unknown) {
                start = ring.oldest();
            }
            add(new Subscriber<>(ring, limits, filter, encoder, stream, gap, start, ring.next(), true));
        }
    }

    /**
     * Sends the alerts that no earlier stream of this kind received, and ends the stream.
     *
     * @throws StatusException if there are too many subscribers
     */
    <M extends MessageLite> void drain(AlertEncoder<M> encoder, ServerCallStreamObserver<M> stream)
            throws StatusException {
        synchronized (subscribers) {
            long end = ring.next();
            var subscriber = new Subscriber<>(
                    ring, limits, SubscriptionFilter.ALL, encoder, stream, AlertGap.NONE, drained, end, false);
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
                    .withDescription("the maximum of " + limits.subscribers() + " subscribers is reached")
                    .asException();
        }
        subscribers.add(subscriber);
        shareBytes();
        ring.wake();
    }

    /** All queues together have at most the bytes of the buffer. */
    private void shareBytes() {
        for (Subscriber<?> subscriber : subscribers) {
            subscriber.limitBytes(limits.bufferedBytes() / subscribers.size());
        }
    }

    private void run() {
        try {
            while (!stopping) {
                long seenChanges = ring.changes();
                if (!serveAll()) {
                    ring.awaitChange(seenChanges, IDLE_MILLIS);
                }
            }
            long deadline = System.nanoTime() + SHUTDOWN_MILLIS * 1_000_000;
            while (!subscribers.stream().allMatch(Subscriber::idle) && System.nanoTime() - deadline < 0) {
                long seenChanges = ring.changes();
                if (!serveAll()) {
                    ring.awaitChange(seenChanges, DRAIN_MILLIS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        subscribers.forEach(subscriber -> subscriber.end(STOPPING));
    }

    private boolean serveAll() {
        boolean pending = false;
        for (Subscriber<?> subscriber : subscribers) {
            pending |= advance(subscriber);
            if (subscriber.ended()) {
                remove(subscriber);
            }
        }
        return pending;
    }

    /** A failure of one subscriber ends its stream only. */
    private static boolean advance(Subscriber<?> subscriber) {
        try {
            return subscriber.advance();
        } catch (RuntimeException | StackOverflowError e) {
            LOG.log(Level.WARNING, "gRPC: a stream of alerts failed: " + e);
            subscriber.end(Status.INTERNAL.withDescription("internal error in the stream"));
            return false;
        }
    }

    private void remove(Subscriber<?> subscriber) {
        synchronized (subscribers) {
            subscribers.remove(subscriber);
            shareBytes();
            if (subscriber.isBounded()) {
                // The next drain sends what a disconnected client did not receive.
                drained = Math.min(drained, subscriber.unsent());
            }
        }
    }

    /** Sends waiting alerts for up to half a second, and ends all streams. */
    @Override
    public void close() {
        synchronized (subscribers) {
            stopping = true;
        }
        ring.wake();
        try {
            boolean _ = thread.join(Duration.ofMillis(2 * SHUTDOWN_MILLIS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
