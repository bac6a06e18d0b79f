package io.tiercel.sensor.grpc;

import com.google.protobuf.MessageLite;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.tiercel.rules.alert.Alert;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One subscriber's stream. It filters every alert, queues the numbers of those that match, and sends them while the
 * stream is writable. It counts alerts that do not fit in the queue and reports them at their position.
 *
 * <p>Only the thread of {@link AlertBroadcaster} uses it.
 */
final class Subscriber<M extends MessageLite> {
    private static final int MAX_BATCH = 256;

    /** An element of the queue. */
    private sealed interface Item {
        record Number(long number) implements Item {}

        record Gap(AlertGap gap) implements Item {}
    }

    private final AlertRingBuffer ring;
    private final SubscriptionFilter filter;
    private final AlertEncoder<M> encoder;
    private final ServerCallStreamObserver<M> stream;
    private final int messageBytes;
    private final long end;
    private final int capacity;
    private final ArrayDeque<Item> waiting = new ArrayDeque<>();
    private final Alert[] batch = new Alert[MAX_BATCH];
    private long position;
    private boolean ended;

    /**
     * Creates a subscriber for the alerts from {@code start} (inclusive) to {@code end} (exclusive).
     *
     * @param gap alerts that are missing before {@code start}
     */
    Subscriber(
            AlertRingBuffer ring,
            GrpcLimits limits,
            SubscriptionFilter filter,
            AlertEncoder<M> encoder,
            ServerCallStreamObserver<M> stream,
            AlertGap gap,
            long start,
            long end) {
        this.ring = ring;
        this.filter = filter;
        this.encoder = encoder;
        this.stream = stream;
        this.messageBytes = limits.messageBytes();
        this.position = start;
        this.end = end;
        // Alerts from before the start of the stream are queued in addition. The ring buffer limits them.
        this.capacity =
                limits.queuedAlerts() + (int) (ring.next() - Math.min(ring.next(), Math.max(start, ring.oldest())));
        if (!gap.isEmpty()) {
            waiting.add(new Item.Gap(gap));
        }
    }

    /** Does a limited amount of work. Returns true if more work is possible now. */
    boolean advance() {
        if (ended || stream.isCancelled()) {
            ended = true;
            return false;
        }
        boolean pending = filterNext();
        for (int sent = 0; sent < MAX_BATCH && stream.isReady() && !waiting.isEmpty(); sent++) {
            sendNext();
        }
        if (waiting.isEmpty() && position >= end) {
            ended = true;
            stream.onCompleted();
            return false;
        }
        return pending || !waiting.isEmpty() && stream.isReady();
    }

    /** Returns true if the stream has ended. */
    boolean ended() {
        return ended;
    }

    /** Returns true if no alert waits to be sent. */
    boolean idle() {
        return ended || waiting.isEmpty() && position >= Math.min(end, ring.next());
    }

    /** Returns true if the stream ends at a fixed alert. */
    boolean isBounded() {
        return end != Long.MAX_VALUE;
    }

    /** Returns the number of the first alert that was not sent. */
    long unsent() {
        for (Item item : waiting) {
            if (item instanceof Item.Number(long number)) {
                return number;
            }
        }
        return position;
    }

    /** Ends the stream with a status. */
    void end(Status status) {
        if (!ended) {
            ended = true;
            stream.onError(status.asRuntimeException());
        }
    }

    private boolean filterNext() {
        int max = (int) Math.min(MAX_BATCH, end - position);
        AlertRingBuffer.CopyResult copied = ring.copy(position, batch, max);
        long removed = Math.min(copied.first(), end) - position;
        if (removed > 0) {
            enqueueGap(filter.acceptsAll() ? new AlertGap(removed, 0, false) : new AlertGap(0, removed, false));
        }
        for (int i = 0; i < copied.count(); i++) {
            if (filter.matches(batch[i])) {
                enqueue(copied.first() + i);
            }
            batch[i] = null;
        }
        position = Math.min(copied.first(), end) + copied.count();
        return copied.count() == MAX_BATCH;
    }

    private void enqueue(long number) {
        if (waiting.size() < capacity) {
            waiting.add(new Item.Number(number));
        } else {
            enqueueGap(AlertGap.ONE);
        }
    }

    private void enqueueGap(AlertGap gap) {
        if (waiting.peekLast() instanceof Item.Gap(AlertGap earlier)) {
            waiting.pollLast();
            waiting.add(new Item.Gap(earlier.plus(gap)));
        } else {
            waiting.add(new Item.Gap(gap));
        }
    }

    private void sendNext() {
        AlertGap skipped = AlertGap.NONE;
        while (true) {
            switch (waiting.peek()) {
                case Item.Gap(AlertGap gap) -> skipped = skipped.plus(gap);
                case Item.Number(long number) -> {
                    M message = message(number);
                    if (message != null) {
                        if (skipped.isEmpty()) {
                            waiting.poll();
                            stream.onNext(message);
                        } else {
                            stream.onNext(encoder.encodeGap(skipped));
                        }
                        return;
                    }
                    skipped = skipped.plus(AlertGap.ONE);
                }
                case null -> {
                    stream.onNext(encoder.encodeGap(skipped));
                    return;
                }
            }
            waiting.poll();
        }
    }

    /** Encodes an alert. Returns null if it was removed from the buffer, or is too large. */
    private @Nullable M message(long number) {
        Alert alert = ring.get(number);
        M message = alert == null ? null : encoder.encode(alert);
        return message == null || message.getSerializedSize() > messageBytes ? null : message;
    }
}
