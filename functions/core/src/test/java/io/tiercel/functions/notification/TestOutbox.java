package io.tiercel.functions.notification;

import io.tiercel.functions.incident.IncidentStore;
import io.tiercel.functions.respond.state.InMemoryStateStore;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** Plans and delivers notifications on the test's thread. */
public final class TestOutbox {
    /** More than any test sends at one time. */
    private static final int MAX_RUNS = 10_000;

    private final IncidentStore incidents;
    private final NotificationStore records;
    private final NotificationOutbox.Policies policies;
    private final List<NotificationChannel> channels;
    private final InstantSource clock;

    /** Creates an outbox whose channels receive every incident. */
    public TestOutbox(
            IncidentStore incidents,
            NotificationStore records,
            List<? extends NotificationChannel> channels,
            InstantSource clock) {
        this(incidents, records, NotificationOutbox.Policies.ALL, channels, clock);
    }

    /** Creates an outbox. */
    public TestOutbox(
            IncidentStore incidents,
            NotificationStore records,
            NotificationOutbox.Policies policies,
            List<? extends NotificationChannel> channels,
            InstantSource clock) {
        this.incidents = incidents;
        this.records = records;
        this.policies = policies;
        this.channels = List.copyOf(channels);
        this.clock = clock;
    }

    /** Plans an incident, and delivers everything that is due now. The pace of earlier calls does not matter. */
    public NotificationMetrics deliver(String incidentId) {
        NotificationOutbox outbox = open();
        outbox.planner().plan(incidentId);
        return run(outbox);
    }

    /** Delivers everything that is due now. */
    public NotificationMetrics deliver() {
        return run(open());
    }

    private NotificationOutbox open() {
        return new NotificationOutbox(
                new NotificationOutbox.Stores(
                        incidents, records, new InMemoryStateStore(), SingleIncidentStore.PLAN_PREVIEW),
                policies,
                channels,
                ChannelWaker.NONE,
                clock);
    }

    private NotificationMetrics run(NotificationOutbox outbox) {
        for (ChannelLane lane : outbox.lanes()) {
            Instant now = clock.instant();
            int runs = 0;
            while (!lane.runOnce().isAfter(now)) {
                if (++runs > MAX_RUNS) {
                    throw new AssertionError("the lane does not come to an end");
                }
            }
        }
        return outbox.metrics();
    }
}
