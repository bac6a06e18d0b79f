package io.tiercel.functions.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.notification.ChannelWaker;
import io.tiercel.functions.notification.DeliveryResult;
import io.tiercel.functions.notification.GroupNotification;
import io.tiercel.functions.notification.IncidentNotification;
import io.tiercel.functions.notification.NotificationChannel;
import io.tiercel.functions.notification.NotificationOutbox;
import io.tiercel.functions.notification.SingleIncidentStore;
import io.tiercel.functions.respond.state.InMemoryStateStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How long the stage works for one message, on a virtual clock. */
@Tag("unit")
class NotifyStageTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(35);
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final SingleIncidentStore store = new SingleIncidentStore();
    private final BusyChannel channel = new BusyChannel();
    private Instant now = START;
    private final NotifyStage stage = new NotifyStage(
            new NotificationOutbox(
                    new NotificationOutbox.Stores(
                            store, store, new InMemoryStateStore(), SingleIncidentStore.PLAN_PREVIEW),
                    NotificationOutbox.Policies.ALL,
                    List.of(channel),
                    ChannelWaker.NONE,
                    () -> now),
            Duration.ofSeconds(3),
            time -> now = now.plus(time),
            () -> now);

    /** A channel that takes a second for a message, during which the incident grows further. */
    private final class BusyChannel implements NotificationChannel {
        private int sent;

        @Override
        public String name() {
            return "busy";
        }

        @Override
        public long nextCount(long deliveredCount) {
            return deliveredCount + 1;
        }

        @Override
        public Duration updateInterval() {
            return Duration.ZERO;
        }

        @Override
        public Duration sendInterval() {
            return Duration.ZERO;
        }

        @Override
        public DeliveryResult send(IncidentNotification notification) {
            sent++;
            now = now.plusSeconds(1);
            grow();
            return new DeliveryResult.Sent();
        }

        @Override
        public DeliveryResult sendGroup(GroupNotification notification) {
            throw new AssertionError("there are no groups");
        }
    }

    private void grow() {
        store.setCount(channel.sent + 1L);
        stage.handle(JsonNodeFactory.instance.objectNode().put("incidentId", "i"), TIMEOUT);
    }

    private Duration handle(ObjectNode message) {
        grow();
        Instant start = now;
        stage.handle(message, TIMEOUT);
        return Duration.between(start, now);
    }

    private static ObjectNode wake() {
        return JsonNodeFactory.instance.objectNode().put("channel", "busy").put("subject", "incident/i");
    }

    @Test
    void a_woken_channel_that_is_always_busy_works_for_ten_seconds_and_the_schedule_until_the_timeout() {
        Duration woken = handle(wake());
        assertTrue(channel.sent > 5, "messages: " + channel.sent);
        assertTrue(woken.compareTo(NotifyStage.WOKEN.plusSeconds(1)) <= 0, woken.toString());
        int before = channel.sent;
        Duration scheduled = handle(JsonNodeFactory.instance.objectNode());
        assertTrue(scheduled.compareTo(Duration.ofSeconds(30)) > 0, scheduled.toString());
        assertTrue(channel.sent > before + 25, "messages: " + channel.sent);
    }

    @Test
    void a_shorter_timeout_is_kept() {
        grow();
        stage.handle(wake(), Duration.ofSeconds(2));
        assertEquals(START.plusSeconds(2), now);
    }
}
