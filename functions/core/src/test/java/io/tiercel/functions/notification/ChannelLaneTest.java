package io.tiercel.functions.notification;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.incident.IncidentState;
import io.tiercel.functions.respond.state.InMemoryStateStore;
import io.tiercel.functions.respond.state.StateStore;
import io.tiercel.rules.alert.Priority;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests one channel and one incident on a virtual clock. */
@Tag("unit")
class ChannelLaneTest {
    private static final Subject INCIDENT = Subject.incident("i");

    private final SingleIncidentStore store = new SingleIncidentStore();
    private final StateStore states = new InMemoryStateStore();
    private final FakeChannel channel = new FakeChannel();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private NotificationOutbox outbox = outbox(NotificationOutbox.Policies.ALL);

    private NotificationOutbox outbox(NotificationOutbox.Policies policies) {
        return new NotificationOutbox(
                new NotificationOutbox.Stores(store, store, states, SingleIncidentStore.PLAN_PREVIEW),
                policies,
                List.of(channel),
                ChannelWaker.NONE,
                () -> now);
    }

    /** Delivers due messages. */
    private Instant run() {
        Instant next;
        do {
            next = outbox.lanes().getFirst().runOnce();
        } while (!next.isAfter(now));
        return next;
    }

    private void planAndRun() {
        outbox.planner().plan("i");
        run();
    }

    private NotificationRecord record() {
        return store.findRecord(INCIDENT, "fake").orElseThrow();
    }

    private String error() {
        return String.valueOf(record().attempts().error());
    }

    private NotificationMetrics.Counts counts() {
        return Objects.requireNonNull(outbox.metrics().counts().get("fake"));
    }

    @Test
    void a_growing_count_is_delivered_at_intervals_and_in_the_end_exactly() {
        for (int count = 1; count <= 500; count++) {
            store.setCount(count);
            planAndRun();
        }
        assertEquals(List.of(1L), channel.counts);
        now = now.plusSeconds(1);
        run();
        run();
        assertEquals(List.of(1L, 500L), channel.counts);
        assertNull(record().pending());
    }

    @Test
    void a_failing_channel_is_retried_with_backoff_and_given_up_until_the_next_change() {
        store.setCount(1);
        channel.result = new DeliveryResult.Retry(Duration.ZERO, "busy");
        outbox.planner().plan("i");
        List<Long> waits = new ArrayList<>();
        Instant last = now;
        int attempts = 0;
        for (int second = 0; second < 3600; second++) {
            run();
            if (channel.attempts > attempts) {
                attempts = channel.attempts;
                waits.add(Duration.between(last, now).toSeconds());
                last = now;
            }
            now = now.plusSeconds(1);
        }
        assertEquals(List.of(0L, 1L, 2L, 4L, 8L, 16L, 32L, 64L, 128L, 256L, 300L, 300L), waits);
        assertEquals("gave up after 12 attempts: busy", error());
        assertEquals(1, record().attempts().givenUp());
        assertEquals(new NotificationMetrics.Counts(0, 12, 1), counts());
        assertNull(record().pending());
        planAndRun();
        assertEquals(12, channel.attempts, "without a change");
        channel.result = new DeliveryResult.Sent();
        store.setCount(2);
        planAndRun();
        assertEquals(List.of(2L), channel.counts);
        assertNull(record().attempts().error());
    }

    @Test
    void a_requested_delay_is_respected_up_to_an_hour() {
        store.setCount(1);
        channel.result = new DeliveryResult.Retry(Duration.ofSeconds(30), "slower");
        planAndRun();
        channel.result = new DeliveryResult.Sent();
        now = now.plusSeconds(29);
        run();
        assertEquals(1, channel.attempts);
        now = now.plusSeconds(1);
        run();
        assertEquals(2, channel.attempts);
        store.setCount(2);
        channel.result = new DeliveryResult.Retry(Duration.ofDays(9), "much slower");
        now = now.plusSeconds(5);
        planAndRun();
        now = now.plusSeconds(3599);
        run();
        assertEquals(3, channel.attempts);
        now = now.plusSeconds(1);
        run();
        assertEquals(4, channel.attempts);
    }

    @Test
    void a_rejected_message_is_given_up_at_once() {
        store.setCount(1);
        channel.result = new DeliveryResult.Rejected("no such channel");
        planAndRun();
        now = now.plusSeconds(3600);
        planAndRun();
        assertEquals(1, channel.attempts);
        assertEquals("gave up after 1 attempt: no such channel", error());
        assertEquals(new NotificationMetrics.Counts(0, 1, 1), counts());
    }

    @Test
    void a_message_that_cannot_be_sent_counts_as_failed() {
        store.setCount(1);
        channel.failure = new IllegalStateException("x");
        planAndRun();
        assertEquals("could not send: IllegalStateException", error());
        channel.failure = null;
        now = now.plusSeconds(1);
        run();
        assertEquals(List.of(1L), channel.counts);
    }

    @Test
    void every_change_of_state_is_reported_immediately_and_a_count_at_its_interval() {
        store.setCount(1);
        planAndRun();
        store.setCount(5);
        planAndRun();
        assertEquals(List.of(1L), channel.counts);
        store.update(IncidentState.OPEN, Priority.CRITICAL);
        planAndRun();
        store.update(IncidentState.CLOSED, Priority.CRITICAL);
        planAndRun();
        planAndRun();
        assertEquals(List.of(1L, 5L, 5L), channel.counts);
        store.acknowledge(new Acknowledgement("i", 1, "slack:U1", 0));
        planAndRun();
        assertEquals(4, channel.counts.size());
        store.acknowledge(new Acknowledgement("i", 1, "subject-1", 0));
        planAndRun();
        assertEquals(4, channel.counts.size(), "the name of the operator was erased");
    }

    @Test
    void a_change_of_state_does_not_bypass_the_backoff() {
        store.setCount(1);
        channel.result = new DeliveryResult.Retry(Duration.ofSeconds(30), "busy");
        planAndRun();
        store.update(IncidentState.CLOSED, Priority.WARNING);
        channel.result = new DeliveryResult.Sent();
        planAndRun();
        assertEquals(1, channel.attempts);
        now = now.plusSeconds(30);
        run();
        assertEquals(2, channel.attempts);
        assertTrue(record().state().closed(), "the last state, not the one that failed");
        assertNull(record().pending());
    }

    @Test
    void a_change_during_a_delivery_is_delivered_afterwards() {
        store.setCount(1);
        channel.duringSend = () -> {
            store.update(IncidentState.OPEN, Priority.CRITICAL);
            outbox.planner().plan("i");
        };
        planAndRun();
        assertEquals(2, channel.attempts);
        assertEquals("Critical", record().state().priority());
        assertNull(record().pending());
    }

    @Test
    void a_state_that_changes_and_returns_during_a_delivery_is_delivered_again() {
        store.setCount(1);
        planAndRun();
        store.update(IncidentState.CLOSED, Priority.WARNING);
        channel.duringSend = () -> {
            store.update(IncidentState.OPEN, Priority.WARNING);
            outbox.planner().plan("i");
        };
        planAndRun();
        assertEquals(List.of("open", "closed", "open"), channel.states);
    }

    @Test
    void only_one_of_two_lanes_sends() {
        store.setCount(1);
        channel.duringSend = () -> {
            assertEquals(
                    now.plusSeconds(5),
                    outbox(NotificationOutbox.Policies.ALL).lanes().getFirst().runOnce());
        };
        planAndRun();
        assertEquals(1, channel.attempts);
    }

    @Test
    void the_attempt_after_a_crash_is_marked_as_possibly_delivered() {
        store.setCount(1);
        channel.crash = true;
        assertThrows(StackOverflowError.class, this::planAndRun);
        channel.crash = false;
        planAndRun();
        assertEquals(1, channel.attempts);
        now = now.plus(NotificationRecord.CLAIM_DURATION);
        run();
        assertEquals(List.of(false, true), channel.inFlight);
        assertEquals(2, channel.attempts);
    }

    @Test
    void a_channel_without_a_matching_route_receives_nothing_until_a_route_matches() {
        outbox = outbox(NotificationOutbox.Policies.of((incident, name) -> incident.count() >= 100));
        for (int count = 1; count < 150; count++) {
            store.setCount(count);
            planAndRun();
        }
        assertEquals(List.of(100L), channel.counts);
    }

    @Test
    void a_channel_receives_no_incident_that_is_older_than_itself() {
        store.setCount(1);
        Instant opened = store.find("i").orElseThrow().openedAt();
        outbox = outbox(new NotificationOutbox.Policies(
                Routing.ALL_CHANNELS, SilenceFilter.NONE, Grouping.NONE, name -> opened.plusMillis(1)));
        planAndRun();
        assertEquals(0, channel.attempts);
        outbox = outbox(new NotificationOutbox.Policies(
                Routing.ALL_CHANNELS, SilenceFilter.NONE, Grouping.NONE, name -> opened));
        planAndRun();
        assertEquals(1, channel.attempts);
    }

    @Test
    void a_silenced_incident_is_reported_after_the_silence() {
        Instant until = now.plusSeconds(600);
        outbox = outbox(silencedUntil(until));
        store.setCount(1);
        planAndRun();
        store.setCount(2);
        planAndRun();
        assertEquals(0, channel.attempts);
        NotificationRecord.Pending pending = Objects.requireNonNull(record().pending());
        assertEquals("s1", pending.silence());
        assertEquals(NotificationStore.Backlog.EMPTY, outbox.backlog("fake"));
        now = until;
        run();
        assertEquals(List.of(2L), channel.counts);
        assertNull(record().pending());
    }

    @Test
    void a_silenced_incident_that_closes_is_never_reported() {
        Instant until = now.plusSeconds(600);
        outbox = outbox(silencedUntil(until));
        store.setCount(1);
        planAndRun();
        store.update(IncidentState.CLOSED, Priority.WARNING);
        planAndRun();
        now = until.plusSeconds(1);
        planAndRun();
        assertEquals(0, channel.attempts);
    }

    @Test
    void an_incident_that_closed_in_silence_is_reported_when_it_reopens_only() {
        Instant until = now.plusSeconds(600);
        outbox = outbox(silencedUntil(until));
        store.setCount(1);
        planAndRun();
        store.update(IncidentState.CLOSED, Priority.WARNING);
        planAndRun();
        now = until.plusSeconds(1);
        store.acknowledge(new Acknowledgement("i", 1, "slack:U1", 0));
        planAndRun();
        assertEquals(0, channel.attempts, "its acknowledgement");
        store.update(IncidentState.OPEN, Priority.WARNING);
        planAndRun();
        assertEquals(List.of("open"), channel.states);
    }

    @Test
    void the_resolution_of_a_reported_incident_is_never_withheld() {
        store.setCount(1);
        planAndRun();
        outbox = outbox(silencedUntil(now.plusSeconds(600)));
        store.update(IncidentState.OPEN, Priority.CRITICAL);
        planAndRun();
        assertEquals(1, channel.attempts);
        store.update(IncidentState.CLOSED, Priority.CRITICAL);
        planAndRun();
        assertEquals(List.of("open", "closed"), channel.states);
    }

    private NotificationOutbox.Policies silencedUntil(Instant until) {
        return new NotificationOutbox.Policies(
                Routing.ALL_CHANNELS,
                (incident, state, time) ->
                        time.isBefore(until) ? Optional.of(new SilenceFilter.Silenced("s1", until)) : Optional.empty(),
                Grouping.NONE,
                ChannelStarts.ALWAYS);
    }

    private static final class FakeChannel implements NotificationChannel {
        private final List<Long> counts = new ArrayList<>();
        private final List<String> states = new ArrayList<>();
        private final List<Boolean> inFlight = new ArrayList<>();
        private DeliveryResult result = new DeliveryResult.Sent();
        private Runnable duringSend = () -> {};
        private @Nullable RuntimeException failure;
        private boolean crash;
        private int attempts;

        @Override
        public String name() {
            return "fake";
        }

        @Override
        public long nextCount(long deliveredCount) {
            return deliveredCount + 1;
        }

        @Override
        public Duration updateInterval() {
            return Duration.ofSeconds(1);
        }

        @Override
        public Duration sendInterval() {
            return Duration.ZERO;
        }

        @Override
        public DeliveryResult send(IncidentNotification notification) {
            attempts++;
            inFlight.add(notification.previous().inFlight());
            if (crash) {
                throw new StackOverflowError("simulated crash");
            }
            if (failure != null) {
                throw failure;
            }
            Runnable change = duringSend;
            duringSend = () -> {};
            change.run();
            if (result instanceof DeliveryResult.Sent) {
                counts.add(notification.incident().count());
                states.add(notification.state().state());
            }
            return result;
        }

        @Override
        public DeliveryResult sendGroup(GroupNotification notification) {
            return new DeliveryResult.Skipped();
        }
    }
}
