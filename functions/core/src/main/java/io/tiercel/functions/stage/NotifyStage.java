package io.tiercel.functions.stage;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.intake.AlertRejected;
import io.tiercel.functions.intake.SafeText;
import io.tiercel.functions.notification.ChannelLane;
import io.tiercel.functions.notification.DeliveryResult;
import io.tiercel.functions.notification.NotificationMetrics.Counts;
import io.tiercel.functions.notification.NotificationOutbox;
import io.tiercel.functions.notification.Subject;
import io.tiercel.functions.retry.Pause;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The stage that plans and delivers notifications. It handles these messages:
 *
 * <ul>
 *   <li>{@code {"incidentId":X}}: an incident has changed. Plans its notifications, which wakes the lanes of channels.
 *   <li>{@code {"channel":C,"subject":"incident/X"}}: a message is pending. Runs the lane of the channel, for at most {@link #WOKEN}, so
 *       that busy channels delay planning little. Each further message that is due has woken the channel too, or is left to the schedule.
 *   <li>{@code {"test":C}}: sends a test message and its resolution to the channel.
 *   <li>{@code {"resend":C}}: marks messages about open incidents that the channel has lost as pending again.
 *   <li>{@code {"scheduled":TIME}}, or an empty document: the schedule. Runs all lanes until the timeout, as long as a message is due
 *       before it.
 * </ul>
 */
public final class NotifyStage {
    /** The time between the start of a woken lane and the last start of a message. */
    static final Duration WOKEN = Duration.ofSeconds(10);

    private final NotificationOutbox outbox;
    private final Duration patience;
    private final Pause pause;
    private final InstantSource clock;

    /**
     * Creates the stage.
     *
     * @param patience how long a lane sleeps at most until its next message
     */
    public NotifyStage(NotificationOutbox outbox, Duration patience, Pause pause, InstantSource clock) {
        this.outbox = outbox;
        this.patience = patience;
        this.pause = pause;
        this.clock = clock;
    }

    /**
     * Handles a message.
     *
     * @param document the message; null for the schedule
     * @param timeout how long lanes work; one that was woken works at most {@link #WOKEN}
     * @throws io.tiercel.functions.incident.StoreUnavailable if a store fails; deliver the message again
     * @throws AlertRejected if the message is of another kind, or names no valid subject
     */
    public NotifyReceipt handle(@Nullable JsonNode document, Duration timeout) {
        Instant deadline = clock.instant().plus(timeout);
        if (document != null && document.path("test").isTextual()) {
            return test(lane(document.path("test").textValue()));
        }
        if (document != null && document.path("resend").isTextual()) {
            String channel = lane(document.path("resend").textValue()).name();
            return new NotifyReceipt(0, 0, outbox.repair().resend(channel, deadline), null);
        }
        Counts before = total();
        if (document == null || isSchedule(document)) {
            runAll(deadline);
        } else if (document.path("incidentId").isTextual()) {
            outbox.planner().plan(document.path("incidentId").textValue());
        } else if (document.path("channel").isTextual()) {
            Subject subject = subject(document.path("subject").asText());
            Instant wokenDeadline = clock.instant().plus(timeout.compareTo(WOKEN) < 0 ? timeout : WOKEN);
            // A message to a channel that was removed from the configuration has no effect.
            outbox.lane(document.path("channel").textValue())
                    .ifPresent(lane -> lane.run(subject, wokenDeadline, patience, pause));
        } else {
            throw new AlertRejected(
                    "the message names no incident, channel or schedule; expected {\"incidentId\":\"...\"}, {\"channel\":\"...\","
                            + "\"subject\":\"...\"}, {\"test\":\"...\"}, {\"resend\":\"...\"} or {\"scheduled\":\"...\"}");
        }
        Counts after = total();
        return new NotifyReceipt(
                (int) (after.delivered() - before.delivered()), (int) (after.failed() - before.failed()), 0, null);
    }

    private ChannelLane lane(String channel) {
        return outbox.lane(channel)
                .orElseThrow(
                        () -> new AlertRejected("there is no channel " + SafeText.oneLine(channel) + "; use one of "
                                + outbox.lanes().stream().map(ChannelLane::name).collect(Collectors.joining(", "))));
    }

    private static NotifyReceipt test(ChannelLane lane) {
        return switch (lane.sendTest()) {
            case DeliveryResult.Sent ignored -> new NotifyReceipt(2, 0, 0, null);
            case DeliveryResult.Skipped ignored -> new NotifyReceipt(0, 0, 0, "the channel reports no new incidents");
            case DeliveryResult.Retry retry -> new NotifyReceipt(0, 1, 0, retry.reason());
            case DeliveryResult.Rejected(String reason) -> new NotifyReceipt(0, 1, 0, reason);
        };
    }

    private static boolean isSchedule(JsonNode document) {
        return document.path("scheduled").isTextual() || (document.isObject() && document.isEmpty());
    }

    private static Subject subject(String key) {
        try {
            return Subject.parse(key);
        } catch (IllegalArgumentException e) {
            throw new AlertRejected("\"" + key + "\" is not a subject; expected incident/ID or group/ID");
        }
    }

    /** Runs the repair and each lane on a thread of its own. One that fails does not affect the others. */
    private void runAll(Instant deadline) {
        List<RuntimeException> failures = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            running.add(threads.submit(() -> outbox.repair().run(deadline)));
            for (ChannelLane lane : outbox.lanes()) {
                running.add(threads.submit(() -> runUntil(lane, deadline)));
            }
            for (Future<?> lane : running) {
                try {
                    lane.get();
                } catch (ExecutionException e) {
                    failures.add(
                            e.getCause() instanceof RuntimeException cause
                                    ? cause
                                    : new IllegalStateException("a lane failed", e.getCause()));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    threads.shutdownNow();
                }
            }
        }
        if (!failures.isEmpty()) {
            failures.stream().skip(1).forEach(failures.getFirst()::addSuppressed);
            throw failures.getFirst();
        }
    }

    /** Runs a lane, and sleeps as long as a message is due before the deadline. An idle lane ends at once, because sleeping costs. */
    private void runUntil(ChannelLane lane, Instant deadline) {
        while (!Thread.currentThread().isInterrupted()) {
            lane.run(null, deadline, patience, pause);
            Optional<Instant> due = outbox.nextDue(lane.name());
            Instant wake = clock.instant().plus(ChannelLane.IDLE);
            if (due.isEmpty() || !due.get().isBefore(deadline) || !wake.isBefore(deadline)) {
                return;
            }
            pause.pause(ChannelLane.IDLE);
        }
    }

    private Counts total() {
        return outbox.metrics().counts().values().stream()
                .reduce(
                        new Counts(0, 0, 0),
                        (a, b) -> new Counts(
                                a.delivered() + b.delivered(), a.failed() + b.failed(), a.givenUp() + b.givenUp()));
    }
}
