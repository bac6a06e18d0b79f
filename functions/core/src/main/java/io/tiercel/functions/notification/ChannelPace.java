package io.tiercel.functions.notification;

import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.respond.state.StateStore;
import io.tiercel.functions.retry.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The pace of one channel, which all processes share: the time between messages, a delay that the channel has requested, and a circuit
 * breaker. After {@value #OPEN_AFTER} failures in a row about different subjects, the breaker lets one attempt pass per step of a backoff
 * until one succeeds. Stored as the state document {@code channel-pace/NAME}, with one write per message.
 */
final class ChannelPace {
    /** Failures in a row after which the circuit breaker opens. */
    static final int OPEN_AFTER = 5;

    static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(5));

    private static final int MAX_ATTEMPTS = 20;

    private final StateStore states;
    private final String key;

    ChannelPace(StateStore states, String channel) {
        this.states = states;
        this.key = "channel-pace/" + channel;
    }

    /**
     * The stored document.
     *
     * @param notBefore the earliest time of the next message, in milliseconds since the epoch
     * @param failures failures in a row about different subjects
     * @param lastFailed the subject of the last failure; empty if the last attempt did not fail
     */
    record Document(long notBefore, int failures, String lastFailed) {
        static final Document INITIAL = new Document(0, 0, "");
    }

    private record Read(long version, Document document) {}

    private Read read() {
        Optional<StateStore.Versioned> stored = states.read(key);
        return stored.map(document -> new Read(
                        document.version(), Json.read(document.document(), Document.class, StoreUnavailable::new)))
                .orElseGet(() -> new Read(0, Document.INITIAL));
    }

    private boolean write(Read before, Document next) {
        return states.write(key, before.version(), Json.write(next), StateStore.Schedule.NONE);
    }

    /**
     * The answer to a request to send now.
     *
     * @param blockedUntil the time at which to try again; empty if the message may be sent now
     * @param before the stored time that the reservation replaced, in milliseconds since the epoch
     * @param notBefore the stored time of the reservation, in milliseconds since the epoch; equal to {@code before} if nothing was stored
     */
    record Reservation(Optional<Instant> blockedUntil, long before, long notBefore) {
        private static Reservation blocked(Instant until) {
            return new Reservation(Optional.of(until), 0, 0);
        }
    }

    /** Reserves the time of a message. Without a message, the caller gives it back with {@link #release}. */
    Reservation reserve(Duration sendInterval, Instant now) {
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            Read before = read();
            Instant notBefore = Instant.ofEpochMilli(before.document().notBefore());
            if (now.isBefore(notBefore)) {
                return Reservation.blocked(notBefore);
            }
            boolean open = before.document().failures() >= OPEN_AFTER;
            long stored = before.document().notBefore();
            if (sendInterval.isZero() && !open) {
                return new Reservation(Optional.empty(), stored, stored);
            }
            // Only one process sends the probe.
            Duration until = open ? longer(sendInterval, step(before.document())) : sendInterval;
            Document next = new Document(
                    NotificationRecord.millis(now.plus(until)),
                    before.document().failures(),
                    before.document().lastFailed());
            if (write(before, next)) {
                return new Reservation(Optional.empty(), stored, next.notBefore());
            }
        }
        return Reservation.blocked(now.plus(BACKOFF.first()));
    }

    /** Gives a reservation back, because no message was sent. Does nothing if the pace has changed since. */
    void release(Reservation reservation) {
        if (reservation.notBefore() == reservation.before()) {
            return;
        }
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            Read stored = read();
            Document current = stored.document();
            if (current.notBefore() != reservation.notBefore()
                    || write(stored, new Document(reservation.before(), current.failures(), current.lastFailed()))) {
                return;
            }
        }
    }

    /** Closes the circuit breaker after a message that the channel accepted or rejected. */
    void succeeded(Duration sendInterval, Instant now) {
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            Read before = read();
            Document current = before.document();
            if (current.failures() == 0 && current.lastFailed().isEmpty()
                    || write(before, new Document(NotificationRecord.millis(now.plus(sendInterval)), 0, ""))) {
                return;
            }
        }
    }

    /**
     * Records a failure.
     *
     * @param requested the delay that the channel requested
     */
    void failed(Subject subject, Duration requested, Instant now) {
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            Read before = read();
            Document current = before.document();
            // One subject that always fails must not stop the channel.
            boolean again = current.lastFailed().equals(subject.key());
            Document counted = new Document(
                    current.notBefore(), again ? current.failures() : current.failures() + 1, subject.key());
            Duration delay = longer(requested, counted.failures() >= OPEN_AFTER ? step(counted) : BACKOFF.first());
            long notBefore = Math.max(current.notBefore(), NotificationRecord.millis(now.plus(delay)));
            if (write(before, new Document(notBefore, counted.failures(), counted.lastFailed()))) {
                return;
            }
        }
    }

    private static Duration step(Document document) {
        return BACKOFF.delay(document.failures() - OPEN_AFTER + 1);
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) > 0 ? a : b;
    }
}
