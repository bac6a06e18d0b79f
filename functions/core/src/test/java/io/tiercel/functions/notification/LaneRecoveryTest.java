package io.tiercel.functions.notification;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.respond.state.InMemoryStateStore;
import io.tiercel.rules.alert.Priority;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests how a lane continues after failures of its channel and of its groups, on a virtual clock. */
@Tag("unit")
class LaneRecoveryTest {
    private static final DeliveryResult SENT = new DeliveryResult.Sent();
    private static final Subject GROUP = Subject.group("g");

    private final FakeIncidents incidents = new FakeIncidents();
    private final NotificationStore records = new InMemoryNotificationStore();
    private final ScriptedChannel channel = new ScriptedChannel();
    private final BrokenGroups groups = new BrokenGroups();
    private final NotificationOutbox outbox = outbox(records);
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    private NotificationOutbox outbox(NotificationStore store) {
        return new NotificationOutbox(
                new NotificationOutbox.Stores(
                        incidents.store(), store, new InMemoryStateStore(), incident -> Optional.empty()),
                new NotificationOutbox.Policies(Routing.ALL_CHANNELS, SilenceFilter.NONE, groups, ChannelStarts.ALWAYS),
                List.of(channel),
                ChannelWaker.NONE,
                () -> now);
    }

    /** Delivers the messages whose time has come. */
    private void run() {
        Instant next;
        do {
            next = outbox.lanes().getFirst().runOnce();
        } while (!next.isAfter(now));
    }

    private void open(String id, Priority priority) {
        incidents.open(id, priority, now);
        outbox.planner().plan(id);
    }

    private NotificationRecord group() {
        return records.findRecord(GROUP, "chat").orElseThrow();
    }

    /** Ten incidents fail, so that the circuit breaker opens; the channel works again afterwards. */
    private void outage() {
        channel.results = id -> new DeliveryResult.Retry(Duration.ZERO, "down");
        for (int i = 0; i < 10; i++) {
            open("old" + i, Priority.WARNING);
        }
        for (int second = 0; second < 60; second++) {
            run();
            now = now.plusSeconds(1);
        }
        now = now.plusSeconds(600);
    }

    @Test
    void skipped_changes_after_an_outage_do_not_delay_an_urgent_message() {
        outage();
        channel.results = id -> id.startsWith("old") ? new DeliveryResult.Skipped() : SENT;
        channel.calls.clear();
        run();
        assertEquals(10, channel.calls.size(), "all are skipped at once");
        open("urgent", Priority.EMERGENCY);
        run();
        assertEquals("urgent", channel.calls.getLast());
    }

    @Test
    void a_missing_group_after_an_outage_does_not_delay_an_urgent_message() {
        outage();
        channel.results = id -> SENT;
        channel.calls.clear();
        outbox.planner().groupChanged("chat", "g", 0);
        run();
        assertNull(group().pending());
        assertEquals(10, channel.calls.size(), "the first of them closes the circuit breaker");
    }

    @Test
    void a_group_that_cannot_be_read_is_given_up_like_any_other_message() {
        groups.failing = true;
        outbox.planner().groupChanged("chat", "g", 5);
        run();
        assertEquals(1, group().attempts().failed());
        assertEquals(
                "the message cannot be built: IllegalStateException",
                group().attempts().error());
        for (int second = 0; second < 3600; second++) {
            now = now.plusSeconds(1);
            run();
        }
        assertEquals(1, group().attempts().givenUp());
        assertNull(group().pending());
        assertEquals(
                new NotificationMetrics.Counts(0, ChannelLane.MAX_ATTEMPTS, 1),
                outbox.metrics().counts().get("chat"));
    }

    @Test
    void a_group_is_as_urgent_as_its_most_urgent_change() {
        for (int urgency : List.of(5, 2, 7)) {
            outbox.planner().groupChanged("chat", "g", urgency);
        }
        assertEquals(2, Objects.requireNonNull(group().pending()).urgency());
    }

    @Test
    void a_plan_that_cannot_be_stored_is_reported_to_the_caller() {
        NotificationStore busy = (NotificationStore) Proxy.newProxyInstance(
                NotificationStore.class.getClassLoader(),
                new Class<?>[] {NotificationStore.class},
                (_, method, arguments) ->
                        method.getName().equals("replace") ? Boolean.FALSE : method.invoke(records, arguments));
        NotificationPlanner planner = outbox(busy).planner();
        incidents.open("i", Priority.WARNING, now);
        assertThrows(StoreUnavailable.class, () -> planner.plan("i"));
        assertThrows(StoreUnavailable.class, () -> planner.groupChanged("chat", "g", 5));
    }

    private static final class ScriptedChannel implements NotificationChannel {
        private final List<String> calls = new ArrayList<>();
        private Function<String, DeliveryResult> results = id -> SENT;

        @Override
        public String name() {
            return "chat";
        }

        @Override
        public Duration sendInterval() {
            return Duration.ZERO;
        }

        @Override
        public DeliveryResult send(IncidentNotification notification) {
            calls.add(notification.incident().id());
            return results.apply(notification.incident().id());
        }

        @Override
        public DeliveryResult sendGroup(GroupNotification notification) {
            throw new AssertionError("no group exists");
        }
    }

    /** No incident joins a group, and every group is missing or cannot be read. */
    private static final class BrokenGroups implements Grouping {
        private boolean failing;

        @Override
        public Place place(String channel, Incident incident, String occasion, boolean again, Instant time) {
            return new Place.Individual();
        }

        @Override
        public boolean changed(String groupId, Incident incident) {
            return false;
        }

        @Override
        public Optional<GroupSummary> summary(String groupId) {
            if (failing) {
                throw new IllegalStateException("damaged");
            }
            return Optional.empty();
        }
    }
}
