package io.tiercel.sensor.grpc;

import com.google.protobuf.MessageLite;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.tiercel.rules.alert.Alert;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One stream: looks at every alert in its turn, notes the numbers of those that are wanted, and sends them as far as the
 * other side takes them. What could not wait for it is counted, and told at the place where it is missing.
 *
 * <p>Used by the thread of {@link AlertBroadcaster} alone.
 */
final class Subscriber<M extends MessageLite> {
    private static final int AT_ONCE = 256;

    /** What is still to be sent. */
    private sealed interface Item {
        record Number(long number) implements Item {}

        record Gap(AlertGap missing) implements Item {}
    }

    private final AlertRingBuffer ring;
    private final SubscriptionFilter wanted;
    private final AlertEncoder<M> form;
    private final ServerCallStreamObserver<M> stream;
    private final int messageBytes;
    private final long end;
    private final int capacity;
    private final ArrayDeque<Item> waiting = new ArrayDeque<>();
    private final Alert[] looked = new Alert[AT_ONCE];
    private long position;
    private boolean ended;

    /**
     * A stream of the alerts from {@code start} (inclusive) to {@code end} (exclusive).
     *
     * @param missing what it does not get before that
     */
    Subscriber(
            AlertRingBuffer ring,
            GrpcLimits limits,
            SubscriptionFilter wanted,
            AlertEncoder<M> form,
            ServerCallStreamObserver<M> stream,
            AlertGap missing,
            long start,
            long end) {
        this.ring = ring;
        this.wanted = wanted;
        this.form = form;
        this.stream = stream;
        this.messageBytes = limits.messageBytes();
        this.position = start;
        this.end = end;
        // Alerts from before the start of the stream wait in addition: the ring limits them.
        this.capacity =
                limits.queuedAlerts() + (int) (ring.next() - Math.min(ring.next(), Math.max(start, ring.oldest())));
        if (!missing.nothing()) {
            waiting.add(new Item.Gap(missing));
        }
    }

    /** Does a limited piece of work; whether there is more that can be done now. */
    boolean advance() {
        if (ended || stream.isCancelled()) {
            ended = true;
            return false;
        }
        boolean more = look();
        for (int sent = 0; sent < AT_ONCE && stream.isReady() && !waiting.isEmpty(); sent++) {
            sendNext();
        }
        if (waiting.isEmpty() && position >= end) {
            ended = true;
            stream.onCompleted();
            return false;
        }
        return more || !waiting.isEmpty() && stream.isReady();
    }

    /** Whether the stream is over. */
    boolean ended() {
        return ended;
    }

    /** Whether nothing waits to be sent. */
    boolean idle() {
        return ended || waiting.isEmpty() && position >= Math.min(end, ring.next());
    }

    /** Whether this is a stream of a fixed part. */
    boolean drains() {
        return end != Long.MAX_VALUE;
    }

    /** Number of the first alert that was not sent. */
    long unsent() {
        for (Item item : waiting) {
            if (item instanceof Item.Number(long number)) {
                return number;
            }
        }
        return position;
    }

    /** Ends the stream from this side. */
    void end(Status status) {
        if (!ended) {
            ended = true;
            stream.onError(status.asRuntimeException());
        }
    }

    private boolean look() {
        int most = (int) Math.min(AT_ONCE, end - position);
        AlertRingBuffer.Copied copied = ring.copy(position, looked, most);
        long gone = Math.min(copied.first(), end) - position;
        if (gone > 0) {
            note(wanted.all() ? new AlertGap(gone, 0, false) : new AlertGap(0, gone, false));
        }
        for (int i = 0; i < copied.count(); i++) {
            if (wanted.matches(looked[i])) {
                note(copied.first() + i);
            }
            looked[i] = null;
        }
        position = Math.min(copied.first(), end) + copied.count();
        return copied.count() == AT_ONCE;
    }

    private void note(long number) {
        if (waiting.size() < capacity) {
            waiting.add(new Item.Number(number));
        } else {
            note(AlertGap.ONE);
        }
    }

    private void note(AlertGap missing) {
        if (waiting.peekLast() instanceof Item.Gap(AlertGap earlier)) {
            waiting.pollLast();
            waiting.add(new Item.Gap(earlier.plus(missing)));
        } else {
            waiting.add(new Item.Gap(missing));
        }
    }

    private void sendNext() {
        AlertGap missing = AlertGap.NOTHING;
        while (true) {
            switch (waiting.peek()) {
                case Item.Gap(AlertGap gap) -> missing = missing.plus(gap);
                case Item.Number(long number) -> {
                    M message = message(number);
                    if (message != null) {
                        if (missing.nothing()) {
                            waiting.poll();
                            stream.onNext(message);
                        } else {
                            stream.onNext(form.missing(missing));
                        }
                        return;
                    }
                    missing = missing.plus(AlertGap.ONE);
                }
                case null -> {
                    stream.onNext(form.missing(missing));
                    return;
                }
            }
            waiting.poll();
        }
    }

    /** The alert; null if it is gone or too large. */
    private @Nullable M message(long number) {
        Alert alert = ring.get(number);
        M message = alert == null ? null : form.alert(alert);
        return message == null || message.getSerializedSize() > messageBytes ? null : message;
    }
}
