package io.tiercel.sensor.grpc;

import com.google.protobuf.MessageLite;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.tiercel.rules.alert.Alert;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One subscriber's stream. It first sends the buffered alerts that the client asked for, and then the new ones from a queue of its own.
 * Alerts that do not fit into the queue, or leave the buffer too early, are counted and reported.
 *
 * <p>Only the thread of {@link AlertBroadcaster} uses it, except {@link #offer} and {@link #limitBytes}.
 */
final class Subscriber<M extends MessageLite> {
    private static final int MAX_BATCH = 256;

    /** An element of the buffered alerts that wait to be sent. */
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
    private final @Nullable LiveAlerts live;
    private final ArrayDeque<Item> waiting = new ArrayDeque<>();
    private final Alert[] batch = new Alert[MAX_BATCH];
    private long position;
    private boolean ended;

    /**
     * Creates a subscriber for the buffered alerts from {@code start} (inclusive) to {@code end} (exclusive).
     *
     * @param gap alerts that are missing before {@code start}
     * @param continues whether the alerts after {@code end} follow, which {@link #offer} adds
     */
    Subscriber(
            AlertRingBuffer ring,
            GrpcLimits limits,
            SubscriptionFilter filter,
            AlertEncoder<M> encoder,
            ServerCallStreamObserver<M> stream,
            AlertGap gap,
            long start,
            long end,
            boolean continues) {
        this.ring = ring;
        this.filter = filter;
        this.encoder = encoder;
        this.stream = stream;
        this.messageBytes = limits.messageBytes();
        this.position = start;
        this.end = end;
        this.live = continues ? new LiveAlerts(limits.queuedAlerts(), limits.bufferedBytes()) : null;
        if (!gap.isEmpty()) {
            waiting.add(new Item.Gap(gap));
        }
    }

    /**
     * Adds a new alert if it matches the filter. Any thread may call this method. It does not wait for the client.
     *
     * @param identity the alert's hash of {@link io.tiercel.sensor.output.AlertIdentity}
     */
    void offer(Alert alert, long identity) {
        if (live != null) {
            live.offer(alert, identity, filter);
        }
    }

    /** Changes the limit of the queue. Any thread may call this method. */
    void limitBytes(long maxBytes) {
        if (live != null) {
            live.limitBytes(maxBytes);
        }
    }

    /** Does a limited amount of work. Returns true if more work is possible now. */
    boolean advance() {
        if (ended || stream.isCancelled()) {
            ended = true;
            return false;
        }
        boolean pending = filterNext();
        int sent = 0;
        while (sent < MAX_BATCH && stream.isReady() && !waiting.isEmpty()) {
            sendNext();
            sent++;
        }
        if (!waiting.isEmpty() || position < end) {
            return pending || stream.isReady();
        }
        if (live == null) {
            ended = true;
            stream.onCompleted();
            return false;
        }
        while (sent < MAX_BATCH && stream.isReady() && sendLive(live)) {
            sent++;
        }
        return !live.isEmpty() && stream.isReady();
    }

    /** Returns true if the stream has ended. */
    boolean ended() {
        return ended;
    }

    /** Returns true if no alert waits to be sent. */
    boolean idle() {
        return ended || waiting.isEmpty() && position >= end && (live == null || live.isEmpty());
    }

    /** Returns true if the stream ends at a fixed alert. */
    boolean isBounded() {
        return live == null;
    }

    /** Returns the number of the first buffered alert that was not sent. */
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
        if (max <= 0) {
            return false;
        }
        AlertRingBuffer.CopyResult copied = ring.copy(position, batch, max);
        long removed = Math.min(copied.first(), end) - position;
        if (removed > 0) {
            enqueueGap(filter.acceptsAll() ? AlertGap.of(removed) : AlertGap.unfiltered(removed));
        }
        long next = Math.min(copied.first(), end);
        for (int i = 0; i < copied.count() && next < end; i++, next++) {
            if (filter.matches(batch[i])) {
                waiting.add(new Item.Number(next));
            }
        }
        Arrays.fill(batch, null);
        position = next;
        return position < end;
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
                    Alert alert = ring.get(number);
                    M message = alert == null ? null : message(alert);
                    if (message != null) {
                        if (skipped.isEmpty()) {
                            waiting.poll();
                            stream.onNext(message);
                        } else {
                            stream.onNext(encoder.encodeGap(skipped));
                        }
                        return;
                    }
                    skipped = skipped.plus(AlertGap.of(1));
                }
                case null -> {
                    stream.onNext(encoder.encodeGap(skipped));
                    return;
                }
            }
            waiting.poll();
        }
    }

    /** Sends the next alert, or what was dropped. Returns false if there is neither. */
    private boolean sendLive(LiveAlerts alerts) {
        AlertGap dropped = alerts.takeDropped();
        if (!dropped.isEmpty()) {
            stream.onNext(encoder.encodeGap(dropped));
            return true;
        }
        Alert alert = alerts.poll();
        if (alert == null) {
            return false;
        }
        M message = message(alert);
        stream.onNext(message == null ? encoder.encodeGap(AlertGap.of(alert.rule())) : message);
        return true;
    }

    /** Encodes an alert. Returns null if it is too large. */
    private @Nullable M message(Alert alert) {
        M message = encoder.encode(alert);
        return message.getSerializedSize() > messageBytes ? null : message;
    }
}
