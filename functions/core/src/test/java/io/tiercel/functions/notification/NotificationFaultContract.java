package io.tiercel.functions.notification;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.contract.Alerts;
import io.tiercel.functions.contract.StoreContract;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentClosure;
import io.tiercel.functions.incident.IncidentRule;
import io.tiercel.functions.incident.IncidentStore.OpenPage;
import io.tiercel.functions.notification.FaultyChannel.Fault;
import io.tiercel.functions.notification.FaultyChannel.Shown;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The outbox on the stores of a database, while channels, stores and processes fail. */
public abstract class NotificationFaultContract extends StoreContract {
    private static final Duration ALL_FAIL = Duration.ofSeconds(60);

    private final VirtualClock clock = new VirtualClock();

    private String alert(String id, String rule, String priority) {
        return stores.incidents()
                .record(Alerts.incidentAlert(id, rule, priority, NOW), IncidentRule.DEFAULT.maxOpen())
                .incidentId();
    }

    private void close(String id) {
        Incident open = stores.incidents().find(id).orElseThrow();
        assertTrue(stores.incidents().close(open, new IncidentClosure(NOW, "ada", open.lastSeenNanos())));
    }

    private FaultyChannel channel(String name, boolean exact, Fault fault) {
        FaultyChannel channel = new FaultyChannel(name, exact, Duration.ofMillis(20), clock);
        Instant end = clock.instant().plus(ALL_FAIL);
        channel.faults((id, now) -> now.isBefore(end) ? fault : Fault.NONE);
        return channel;
    }

    @Test
    void every_change_reaches_every_channel_once_while_three_of_four_fail_for_a_minute() {
        List<FaultyChannel> channels = List.of(
                channel("throttled", true, Fault.THROTTLED),
                channel("slow", false, Fault.TIMES_OUT),
                channel("broken", true, Fault.FAILS),
                channel("healthy", true, Fault.NONE));
        Random random = new Random(18);
        OutboxSimulation simulation = new OutboxSimulation(
                2, stores.incidents(), stores.notifications(), stores.state(), channels, clock, random);
        int count = stores.slow() ? 10 : 500;
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add(alert("a" + i, "rule " + i, "Warning"));
            simulation.publish(ids.getLast());
        }
        Instant start = clock.instant();
        simulation.runUntil(start.plusSeconds(15));
        FaultyChannel healthy = channels.getLast();
        ids.forEach(id -> assertEquals(1, healthy.shown(id).size(), "the failing channels delay the healthy one"));
        // Long enough for the retries after a minute of failures. Each virtual minute costs a slow store a second.
        Duration retries = Duration.ofMinutes(stores.slow() ? 3 : 30);
        simulation.runUntil(start.plus(retries));
        for (FaultyChannel channel : channels) {
            ids.forEach(id -> assertEquals(1, channel.shown(id).size(), channel.name()));
        }
        // Second changes, while processes crash and stores fail.
        simulation.storeFaults(stores.slow() ? 40 : 400);
        for (int i = 0; i < count; i++) {
            if (i % 2 == 0) {
                alert("b" + i, "rule " + i, "Critical");
            } else {
                close(ids.get(i));
            }
            simulation.publish(ids.get(i));
        }
        simulation.runUntil(clock.instant().plus(stores.slow() ? Duration.ofMinutes(1) : retries));
        simulation.storeFaults(0);
        simulation.runUntil(clock.instant().plus(stores.slow() ? Duration.ofMinutes(2) : retries.multipliedBy(2)));
        for (FaultyChannel channel : channels) {
            ids.forEach(id -> assertShows(channel, id));
        }
    }

    private void assertShows(FaultyChannel channel, String id) {
        Incident incident = stores.incidents().find(id).orElseThrow();
        List<Shown> shown = channel.shown(id);
        Shown last = shown.getLast();
        assertEquals(incident.lifecycle().label(), last.state().state(), channel.name());
        assertEquals(incident.priority().label(), last.state().priority(), channel.name());
        long repeated = shown.stream().filter(Shown::again).count();
        assertTrue(repeated <= channel.uncertain(id), () -> channel.name() + " repeats " + shown);
        assertEquals(2 + repeated, shown.size(), () -> channel.name() + " shows " + shown);
        NotificationRecord record = stores.notifications()
                .findRecord(Subject.incident(id), channel.name())
                .orElseThrow();
        assertNull(record.pending());
        assertEquals(0, record.attempts().givenUp());
    }

    @Test
    void pages_of_open_incidents_contain_all_of_them() {
        Set<String> expected = new HashSet<>();
        for (int i = 0; i < 40; i++) {
            now = NOW.plusMillis(i / 8);
            String id = alert("a" + i, "rule " + i, "Warning");
            if (i % 4 == 0) {
                close(id);
            } else {
                expected.add(id);
            }
        }
        List<String> found = new ArrayList<>();
        String cursor = "";
        do {
            OpenPage page = stores.incidents().open(cursor, now, 3);
            assertTrue(page.ids().size() <= 3);
            found.addAll(page.ids());
            cursor = page.next();
        } while (!cursor.isEmpty());
        assertEquals(expected, Set.copyOf(found));
        assertEquals(expected.size(), found.size());
    }

    @Test
    void incidents_that_receive_alerts_all_the_time_do_not_keep_the_pages_from_ending() {
        for (int i = 0; i < 12; i++) {
            alert("a" + i, "rule " + i, "Warning");
        }
        Instant start = now;
        Set<String> quiet = new HashSet<>();
        for (int i = 9; i < 12; i++) {
            quiet.add(alert("b" + i, "rule " + i, "Warning"));
        }
        Set<String> found = new HashSet<>();
        String cursor = "";
        int pages = 0;
        do {
            now = now.plusMillis(1);
            for (int i = 0; i < 9; i++) {
                alert("c" + pages + "-" + i, "rule " + i, "Warning");
            }
            OpenPage page = stores.incidents().open(cursor, start, 3);
            found.addAll(page.ids());
            cursor = page.next();
            pages++;
            assertTrue(pages < 100, "the pages do not end");
        } while (!cursor.isEmpty());
        assertTrue(found.containsAll(quiet), () -> found + " lacks some of " + quiet);
    }

    @Test
    void the_repair_finds_changes_whose_events_are_lost() {
        RecordingChannel channel = new RecordingChannel("chat");
        NotificationOutbox outbox = new NotificationOutbox(
                new NotificationOutbox.Stores(
                        stores.incidents(), stores.notifications(), stores.state(), SingleIncidentStore.PLAN_PREVIEW),
                NotificationOutbox.Policies.ALL,
                List.of(channel),
                ChannelWaker.NONE,
                clock);
        now = clock.instant();
        for (int i = 0; i < 5; i++) {
            alert("a" + i, "rule " + i, "Warning");
        }
        Instant deadline = clock.instant().plusSeconds(60);
        assertEquals(5, outbox.repair().run(deadline));
        outbox.lanes().forEach(ChannelLane::runOnce);
        assertEquals(5, channel.messages().size());
        String changed = alert("b", "rule 1", "Critical");
        assertEquals(0, outbox.repair().run(deadline), "a cycle ends before the next one starts");
        clock.advance(NotificationRepair.CYCLE);
        assertEquals(1, outbox.repair().run(clock.instant().plusSeconds(60)));
        outbox.lanes().forEach(ChannelLane::runOnce);
        IncidentNotification last = channel.messages().getLast();
        assertEquals(changed, last.incident().id());
        assertTrue(last.escalated());
        assertEquals(6, channel.messages().size());
        assertTrue(Objects.requireNonNull(outbox.metrics().counts().get("chat")).delivered() == 6);
    }
}
