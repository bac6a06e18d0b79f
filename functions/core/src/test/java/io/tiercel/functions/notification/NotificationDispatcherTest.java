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
import org.junit.jupiter.api.Test;

class NotificationDispatcherTest {
    private final SingleIncidentStore memory = new SingleIncidentStore();
    private final Script channel = new Script();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final NotificationDispatcher announcer =
            new NotificationDispatcher(memory, memory, SingleIncidentStore.FORESEEN, Routing.ALL_CHANNELS, List.of(channel), () -> now);

    @Test
    void counts_are_told_no_more_often_than_the_pause_and_the_last_one_always() {
        memory.count(1);
        announcer.dispatchPending(10);
        for (int count = 2; count <= 500; count++) {
            memory.count(count);
            announcer.dispatchPending(10);
        }
        assertEquals(List.of(1L), channel.told);
        now = now.plusSeconds(1);
        announcer.dispatchPending(10);
        announcer.dispatchPending(10);
        assertEquals(List.of(1L, 500L), channel.told);
    }

    @Test
    void a_failing_channel_is_tried_with_growing_pauses_and_at_last_given_up() {
        memory.count(1);
        channel.answer = new DeliveryResult.Retry(Duration.ZERO, "busy");
        List<Long> waits = new ArrayList<>();
        Instant last = now;
        for (int second = 0; second < 3600; second++) {
            if (announcer.dispatchPending(10).failed() > 0) {
                waits.add(Duration.between(last, now).toSeconds());
                last = now;
            }
            now = now.plusSeconds(1);
        }
        assertEquals(List.of(0L, 1L, 2L, 4L, 8L, 16L, 32L, 64L, 128L, 256L, 300L, 300L), waits);
        assertEquals(NotificationDispatcher.MAX_ATTEMPTS, waits.size());
        assertTrue(String.valueOf(memory.listRecords("i").getFirst().problem())
                .contains("gave up after 12 attempts: busy"));
        channel.answer = new DeliveryResult.Sent();
        memory.count(2);
        announcer.dispatchPending(10);
        assertEquals(List.of(2L), channel.told);
    }

    @Test
    void the_channels_own_wish_is_honoured_within_an_hour() {
        memory.count(1);
        channel.answer = new DeliveryResult.Retry(Duration.ofSeconds(30), "slower");
        assertEquals(Duration.ofSeconds(30), announcer.dispatch("i").hold());
        channel.answer = new DeliveryResult.Sent();
        now = now.plusSeconds(29);
        assertEquals(0, announcer.dispatch("i").sent());
        now = now.plusSeconds(1);
        assertEquals(1, announcer.dispatch("i").sent());
        memory.count(2);
        now = now.plusSeconds(5);
        channel.answer = new DeliveryResult.Retry(Duration.ofDays(9), "much slower");
        assertEquals(Duration.ofHours(1), announcer.dispatch("i").hold());
    }

    @Test
    void a_refused_message_is_not_repeated() {
        memory.count(1);
        channel.answer = new DeliveryResult.Rejected("no such channel");
        assertEquals(1, announcer.dispatchPending(10).failed());
        now = now.plusSeconds(3600);
        assertEquals(0, announcer.dispatchPending(10).failed());
        assertEquals(
                "gave up after 1 attempt: no such channel",
                memory.listRecords("i").getFirst().problem());
    }

    @Test
    void a_change_is_told_at_once_and_the_count_still_keeps_its_pause() {
        memory.count(1);
        announcer.dispatch("i");
        memory.count(5);
        announcer.dispatch("i");
        assertEquals(List.of(1L), channel.told);
        memory.now(IncidentState.OPEN, Priority.CRITICAL);
        announcer.dispatch("i");
        memory.now(IncidentState.CLOSED, Priority.CRITICAL);
        announcer.dispatch("i");
        announcer.dispatch("i");
        assertEquals(List.of(1L, 5L, 5L), channel.told);
        memory.acknowledge(new Acknowledgement("i", 1, "slack:U1", 0));
        announcer.dispatch("i");
        assertEquals(4, channel.told.size());
    }

    @Test
    void a_change_does_not_get_round_a_back_off() {
        memory.count(1);
        channel.answer = new DeliveryResult.Retry(Duration.ofSeconds(30), "busy");
        announcer.dispatch("i");
        memory.now(IncidentState.CLOSED, Priority.WARNING);
        channel.answer = new DeliveryResult.Sent();
        assertEquals(0, announcer.dispatch("i").sent());
        now = now.plusSeconds(30);
        assertEquals(1, announcer.dispatchPending(10).sent());
    }

    @Test
    void of_two_announcers_one_sends() {
        memory.count(1);
        NotificationRecord mine = NotificationRecord.none("i", "script").claimed(now.plus(NotificationDispatcher.CLAIM_DURATION));
        assertTrue(memory.replace(mine));
        assertEquals(0, announcer.dispatch("i").sent());
        assertTrue(memory.replace(mine.told(1, 2, now, mine.situation(), null)));
        assertEquals(List.of(), channel.told);
    }

    @Test
    void after_a_crash_while_sending_the_next_knows_that_it_may_have_arrived() {
        memory.count(1);
        channel.crash = true;
        assertThrows(StackOverflowError.class, () -> announcer.dispatch("i"));
        channel.crash = false;
        assertEquals(0, announcer.dispatch("i").sent());
        now = now.plus(NotificationDispatcher.CLAIM_DURATION);
        assertEquals(1, announcer.dispatchPending(10).sent());
        assertEquals(List.of(false, true), channel.inFlight);
    }

    @Test
    void who_is_not_on_a_route_hears_nothing_until_it_is() {
        NotificationDispatcher routed = new NotificationDispatcher(
                memory,
                memory,
                SingleIncidentStore.FORESEEN,
                (incident, name) -> incident.count() >= 100,
                List.of(channel),
                () -> now);
        for (int count = 1; count < 150; count++) {
            memory.count(count);
            routed.dispatch("i");
        }
        assertEquals(List.of(100L), channel.told);
    }

    private static final class Script implements NotificationChannel {
        private final List<Long> told = new ArrayList<>();
        private final List<Boolean> inFlight = new ArrayList<>();
        private DeliveryResult answer = new DeliveryResult.Sent();
        private boolean crash;

        @Override
        public String channel() {
            return "script";
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
        public DeliveryResult send(Notification notice) {
            if (answer instanceof DeliveryResult.Sent) {
                told.add(notice.incident().count());
            }
            inFlight.add(notice.last().inFlight());
            if (crash) {
                throw new StackOverflowError("the process dies here");
            }
            return answer;
        }
    }
}
