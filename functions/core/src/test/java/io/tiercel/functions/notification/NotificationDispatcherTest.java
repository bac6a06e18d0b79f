package io.tiercel.functions.notification;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.incident.IncidentState;
import io.tiercel.rules.alert.Priority;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class NotificationDispatcherTest {
    private final SingleIncidentStore store = new SingleIncidentStore();
    private final FakeChannel channel = new FakeChannel();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final NotificationDispatcher dispatcher = new NotificationDispatcher(
            store, store, SingleIncidentStore.PLAN_PREVIEW, Routing.ALL_CHANNELS, List.of(channel), () -> now);

    @Test
    void a_count_is_reported_once_per_update_interval_and_the_last_count_is_always_reported() {
        store.setCount(1);
        dispatcher.dispatchPending(10);
        for (int count = 2; count <= 500; count++) {
            store.setCount(count);
            dispatcher.dispatchPending(10);
        }
        assertEquals(List.of(1L), channel.counts);
        now = now.plusSeconds(1);
        dispatcher.dispatchPending(10);
        dispatcher.dispatchPending(10);
        assertEquals(List.of(1L, 500L), channel.counts);
    }

    @Test
    void a_failing_channel_is_retried_with_backoff_until_the_maximum_of_attempts() {
        store.setCount(1);
        channel.result = new DeliveryResult.Retry(Duration.ZERO, "busy");
        List<Long> waits = new ArrayList<>();
        Instant last = now;
        for (int second = 0; second < 3600; second++) {
            if (dispatcher.dispatchPending(10).failed() > 0) {
                waits.add(Duration.between(last, now).toSeconds());
                last = now;
            }
            now = now.plusSeconds(1);
        }
        assertEquals(List.of(0L, 1L, 2L, 4L, 8L, 16L, 32L, 64L, 128L, 256L, 300L, 300L), waits);
        assertEquals(NotificationDispatcher.MAX_ATTEMPTS, waits.size());
        assertTrue(
                String.valueOf(store.listRecords("i").getFirst().error()).contains("gave up after 12 attempts: busy"));
        channel.result = new DeliveryResult.Sent();
        store.setCount(2);
        dispatcher.dispatchPending(10);
        assertEquals(List.of(2L), channel.counts);
    }

    @Test
    void a_requested_delay_is_respected_up_to_an_hour() {
        store.setCount(1);
        channel.result = new DeliveryResult.Retry(Duration.ofSeconds(30), "slower");
        assertEquals(Duration.ofSeconds(30), dispatcher.dispatch("i").delay());
        channel.result = new DeliveryResult.Sent();
        now = now.plusSeconds(29);
        assertEquals(0, dispatcher.dispatch("i").sent());
        now = now.plusSeconds(1);
        assertEquals(1, dispatcher.dispatch("i").sent());
        store.setCount(2);
        now = now.plusSeconds(5);
        channel.result = new DeliveryResult.Retry(Duration.ofDays(9), "much slower");
        assertEquals(Duration.ofHours(1), dispatcher.dispatch("i").delay());
    }

    @Test
    void a_rejected_message_is_not_retried() {
        store.setCount(1);
        channel.result = new DeliveryResult.Rejected("no such channel");
        assertEquals(1, dispatcher.dispatchPending(10).failed());
        now = now.plusSeconds(3600);
        assertEquals(0, dispatcher.dispatchPending(10).failed());
        assertEquals(
                "gave up after 1 attempt: no such channel",
                store.listRecords("i").getFirst().error());
    }

    @Test
    void a_state_change_is_reported_immediately_and_a_count_at_its_interval() {
        store.setCount(1);
        dispatcher.dispatch("i");
        store.setCount(5);
        dispatcher.dispatch("i");
        assertEquals(List.of(1L), channel.counts);
        store.update(IncidentState.OPEN, Priority.CRITICAL);
        dispatcher.dispatch("i");
        store.update(IncidentState.CLOSED, Priority.CRITICAL);
        dispatcher.dispatch("i");
        dispatcher.dispatch("i");
        assertEquals(List.of(1L, 5L, 5L), channel.counts);
        store.acknowledge(new Acknowledgement("i", 1, "slack:U1", 0));
        dispatcher.dispatch("i");
        assertEquals(4, channel.counts.size());
    }

    @Test
    void a_state_change_does_not_bypass_the_backoff() {
        store.setCount(1);
        channel.result = new DeliveryResult.Retry(Duration.ofSeconds(30), "busy");
        dispatcher.dispatch("i");
        store.update(IncidentState.CLOSED, Priority.WARNING);
        channel.result = new DeliveryResult.Sent();
        assertEquals(0, dispatcher.dispatch("i").sent());
        now = now.plusSeconds(30);
        assertEquals(1, dispatcher.dispatchPending(10).sent());
    }

    @Test
    void only_one_of_two_dispatchers_sends() {
        store.setCount(1);
        NotificationRecord claimedByOther =
                NotificationRecord.initial("i", "fake").claimed(now.plus(NotificationDispatcher.CLAIM_DURATION));
        assertTrue(store.replace(claimedByOther));
        assertEquals(0, dispatcher.dispatch("i").sent());
        assertTrue(store.replace(claimedByOther.delivered(1, 2, now, claimedByOther.state(), null)));
        assertEquals(List.of(), channel.counts);
    }

    @Test
    void the_attempt_after_a_crash_is_marked_as_possibly_delivered() {
        store.setCount(1);
        channel.crashOnSend = true;
        assertThrows(StackOverflowError.class, () -> dispatcher.dispatch("i"));
        channel.crashOnSend = false;
        assertEquals(0, dispatcher.dispatch("i").sent());
        now = now.plus(NotificationDispatcher.CLAIM_DURATION);
        assertEquals(1, dispatcher.dispatchPending(10).sent());
        assertEquals(List.of(false, true), channel.inFlight);
    }

    @Test
    void a_channel_without_a_matching_route_receives_nothing_until_a_route_matches() {
        NotificationDispatcher routed = new NotificationDispatcher(
                store,
                store,
                SingleIncidentStore.PLAN_PREVIEW,
                (incident, name) -> incident.count() >= 100,
                List.of(channel),
                () -> now);
        for (int count = 1; count < 150; count++) {
            store.setCount(count);
            routed.dispatch("i");
        }
        assertEquals(List.of(100L), channel.counts);
    }

    private static final class FakeChannel implements NotificationChannel {
        private final List<Long> counts = new ArrayList<>();
        private final List<Boolean> inFlight = new ArrayList<>();
        private DeliveryResult result = new DeliveryResult.Sent();
        private boolean crashOnSend;

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
            if (result instanceof DeliveryResult.Sent) {
                counts.add(notification.incident().count());
            }
            inFlight.add(notification.previous().inFlight());
            if (crashOnSend) {
                throw new StackOverflowError("simulated crash");
            }
            return result;
        }

        @Override
        public DeliveryResult sendGroup(GroupNotification notification) {
            return new DeliveryResult.Skipped();
        }
    }
}
