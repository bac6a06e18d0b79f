package io.tiercel.functions.stage;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.notification.ChannelLane;
import io.tiercel.functions.notification.NotificationMetrics.Counts;
import io.tiercel.functions.notification.NotificationOutbox;
import io.tiercel.functions.notification.Subject;
import io.tiercel.functions.retry.Pause;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * The stage that plans and delivers notifications. It handles three kinds of messages:
 *
 * <ul>
 *   <li>{@code {"incidentId":X}}: an incident has changed. Plans its notifications, which wakes the lanes of channels.
 *   <li>{@code {"channel":C,"subject":"incident/X"}}: a message is pending. Runs the lane of the channel.
 *   <li>Everything else is the schedule: runs all lanes.
 * </ul>
 */
public final class NotifyStage {
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
     * @param timeout how long lanes work
     * @throws io.tiercel.functions.incident.StoreUnavailable if a store fails; deliver the message again
     * @throws IllegalArgumentException if the message names no valid subject
     */
    public NotifyReceipt handle(@Nullable JsonNode document, Duration timeout) {
        Instant deadline = clock.instant().plus(timeout);
        Counts before = total();
        if (document != null && document.path("incidentId").isTextual()) {
            String incidentId = document.path("incidentId").textValue();
            outbox.planner().plan(incidentId);
            runAll(Subject.incident(incidentId), deadline, Duration.ZERO);
        } else if (document != null && document.path("channel").isTextual()) {
            Subject subject = Subject.parse(document.path("subject").asText());
            outbox.lane(document.path("channel").textValue())
                    .ifPresent(lane -> lane.run(subject, deadline, patience, pause));
        } else {
            runAll(null, deadline, patience);
        }
        Counts after = total();
        return new NotifyReceipt(
                (int) (after.delivered() - before.delivered()), (int) (after.failed() - before.failed()));
    }

    /** Runs each lane on a thread of its own. A lane that fails does not affect the others. */
    private void runAll(@Nullable Subject first, Instant deadline, Duration patienceOfLanes) {
        List<RuntimeException> failures = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (ChannelLane lane : outbox.lanes()) {
                running.add(threads.submit(() -> lane.run(first, deadline, patienceOfLanes, pause)));
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

    private Counts total() {
        return outbox.metrics().counts().values().stream()
                .reduce(
                        new Counts(0, 0, 0),
                        (a, b) -> new Counts(
                                a.delivered() + b.delivered(), a.failed() + b.failed(), a.givenUp() + b.givenUp()));
    }
}
