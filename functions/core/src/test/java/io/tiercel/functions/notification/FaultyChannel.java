package io.tiercel.functions.notification;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A channel on a virtual clock that fails in all ways that channels fail, and remembers what it shows. */
final class FaultyChannel implements NotificationChannel {
    /** How a call of the channel ends. */
    enum Fault {
        NONE,
        /** It answers 429. */
        THROTTLED,
        /** It answers 500. */
        FAILS,
        /** It does not answer, and has done nothing. */
        TIMES_OUT,
        /** It has shown the message, but its answer is lost. */
        LOSES_ANSWER,
        /** The process ends before the call. */
        CRASHES_BEFORE,
        /** The process ends after the call. */
        CRASHES_AFTER,
        /** The message cannot be built. */
        THROWS
    }

    /** Chooses the fault of a call. */
    interface Faults {
        Faults NONE = (incident, now) -> Fault.NONE;

        Fault next(String incident, Instant now);
    }

    /**
     * What a channel shows of an incident.
     *
     * @param again whether a message with the same content was uncertain before
     */
    record Shown(NotificationState state, long count, Instant at, boolean again) {}

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final String name;
    private final boolean exact;
    private final Duration sendInterval;
    private final VirtualClock clock;
    private final Map<String, List<Shown>> shown = new HashMap<>();
    private final Map<String, Integer> uncertain = new HashMap<>();
    private Faults faults = Faults.NONE;
    private int calls;
    private @Nullable String last;

    /**
     * Creates a channel.
     *
     * @param exact whether it edits its messages
     */
    FaultyChannel(String name, boolean exact, Duration sendInterval, VirtualClock clock) {
        this.name = name;
        this.exact = exact;
        this.sendInterval = sendInterval;
        this.clock = clock;
    }

    /** Returns a random fault for about one call in some. */
    static Faults random(RandomGenerator random, int oneIn) {
        return (incident, now) ->
                random.nextInt(oneIn) > 0 ? Fault.NONE : Fault.values()[random.nextInt(Fault.values().length)];
    }

    void faults(Faults next) {
        faults = next;
    }

    int calls() {
        return calls;
    }

    boolean exact() {
        return exact;
    }

    List<Shown> shown(String incident) {
        return shown.getOrDefault(incident, List.of());
    }

    /** Number of messages about an incident whose result the sender cannot know. */
    int uncertain(String incident) {
        return uncertain.getOrDefault(incident, 0);
    }

    /** The sender may not know the result of the last message. */
    void resultLost() {
        String incident = last;
        if (incident != null) {
            uncertain.merge(incident, 1, Integer::sum);
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long nextCount(long deliveredCount) {
        return exact ? deliveredCount + 1 : NotificationChannel.super.nextCount(deliveredCount);
    }

    @Override
    public Duration updateInterval() {
        return Duration.ofSeconds(exact ? 30 : 10);
    }

    @Override
    public Duration sendInterval() {
        return sendInterval;
    }

    @Override
    public DeliveryResult send(IncidentNotification notification) {
        String incident = notification.incident().id();
        last = incident;
        calls++;
        return switch (faults.next(incident, clock.instant())) {
            case NONE -> {
                show(notification);
                yield new DeliveryResult.Sent("thread of " + incident);
            }
            case THROTTLED -> new DeliveryResult.Retry(Duration.ofSeconds(30), "429");
            case FAILS -> new DeliveryResult.Retry(Duration.ZERO, "500");
            case TIMES_OUT -> {
                clock.advance(TIMEOUT);
                yield new DeliveryResult.Retry(Duration.ZERO, "timeout");
            }
            case LOSES_ANSWER -> {
                show(notification);
                resultLost();
                clock.advance(TIMEOUT);
                yield new DeliveryResult.Retry(Duration.ZERO, "timeout");
            }
            case CRASHES_BEFORE -> throw new SimulatedCrash();
            case CRASHES_AFTER -> {
                show(notification);
                resultLost();
                throw new SimulatedCrash();
            }
            case THROWS -> throw new IllegalStateException("cannot be built");
        };
    }

    private void show(IncidentNotification notification) {
        List<Shown> messages = shown.computeIfAbsent(notification.incident().id(), id -> new ArrayList<>());
        @Nullable Shown last = messages.isEmpty() ? null : messages.getLast();
        boolean again = last != null
                && Objects.equals(last.state(), notification.state())
                && last.count() == notification.incident().count();
        messages.add(new Shown(notification.state(), notification.incident().count(), clock.instant(), again));
    }

    @Override
    public DeliveryResult sendGroup(GroupNotification notification) {
        return new DeliveryResult.Skipped();
    }
}
