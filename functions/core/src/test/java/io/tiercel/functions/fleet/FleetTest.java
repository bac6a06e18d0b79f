package io.tiercel.functions.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.contract.Heartbeats;
import io.tiercel.functions.fleet.FleetNode.State;
import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.respond.state.InMemoryStateStore;
import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.Priority;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The latest heartbeats of nodes, and what hostile senders can do to them. */
@Tag("unit")
class FleetTest {
    private static final Sender NODE = Sender.ofNode("node-1");

    private Instant now = Instant.parse("2026-11-30T08:00:00Z");
    private final InMemoryStateStore store = new InMemoryStateStore();
    private final Fleet fleet = new Fleet(store, Duration.ofMinutes(5), () -> now);

    private void beat(String node, Instant time, Sender sender, Map<String, ?> more) {
        assertTrue(fleet.record(Heartbeats.heartbeat(node, time, more), sender));
    }

    private FleetNode only() {
        List<FleetNode> nodes = fleet.list();
        assertEquals(1, nodes.size(), nodes::toString);
        return nodes.getFirst();
    }

    @Test
    void consecutive_heartbeats_give_rates() {
        beat("node-1", now, NODE, Map.of("events", 1_000L, "filtered", 500L, "rules", 109L));
        assertNull(only().eventsPerSecond());
        now = now.plusSeconds(60);
        beat("node-1", now, NODE, Map.of("events", 1_600L, "filtered", 6_500L));
        assertEquals(10.0, only().eventsPerSecond());
        assertEquals(100.0, only().filteredPerSecond());
        assertEquals(State.REPORTING, only().state(now));
        assertEquals(now, only().lastSeen());
        now = now.plusSeconds(60);
        beat("node-1", now, NODE, Map.of("events", 5L, "started", 7_200_000_000_000L));
        assertNull(only().eventsPerSecond(), "another run of the sensor");
    }

    @Test
    void limitations_are_codes_of_a_bounded_number() {
        beat("node-1", now, NODE, Map.of("limitations", "io_uring arguments_at_exit io_uring <b> \u202eevil Upper"));
        assertEquals(List.of("io_uring", "arguments_at_exit"), only().limitations());
        assertEquals(
                "requests of io_uring are not captured",
                NodeLimitations.describe(only().limitations().getFirst()));
        now = now.plusSeconds(60);
        String many = IntStream.range(0, 1_000).mapToObj(i -> "code_" + i).collect(Collectors.joining(" "));
        beat("node-1", now, NODE, Map.of("limitations", many));
        assertEquals(10, only().limitations().size());
        now = now.plusSeconds(60);
        beat("node-1", now, NODE, Map.of("limitations", 5L));
        assertEquals(List.of(), only().limitations());
    }

    @Test
    void late_and_repeated_heartbeats_change_nothing() {
        Instant first = now;
        beat("node-1", first, NODE, Map.of("events", 1L));
        now = now.plusSeconds(60);
        beat("node-1", now, NODE, Map.of("events", 2L));
        FleetNode latest = only();
        now = now.plusSeconds(60);
        beat("node-1", first, NODE, Map.of("events", 9L));
        beat("node-1", first.plusSeconds(60), NODE, Map.of("events", 9L));
        assertEquals(latest, only());
    }

    @Test
    void a_clock_that_was_ahead_does_not_silence_the_node() {
        beat("node-1", now.plus(Duration.ofHours(20)), NODE, Map.of());
        now = now.plusSeconds(60);
        beat("node-1", now, NODE, Map.of());
        assertEquals(now, only().lastSeen());
        now = now.plusSeconds(60);
        beat("node-1", now, NODE, Map.of());
        assertEquals(now, only().lastSeen());
    }

    @Test
    void nobody_replaces_the_entry_of_a_verified_sender() {
        beat("node-1", now, NODE, Map.of("version", "1"));
        beat("node-1", now.plusSeconds(1), Sender.NONE, Map.of("version", "forged"));
        assertEquals("1", only().heartbeat().version());
        beat("node-1", now.plusSeconds(2), Sender.ofNode("node-2"), Map.of("version", "claims node-1"));
        assertEquals(
                Map.of("node-1", "1", "node-2", "claims node-1"),
                fleet.list().stream()
                        .collect(Collectors.toMap(
                                FleetNode::name, node -> node.heartbeat().version())));
    }

    @Test
    void invented_nodes_are_limited_and_do_not_concern_verified_ones() {
        beat("node-1", now, NODE, Map.of());
        for (int i = 0; i < UnverifiedSlots.MAX + 100; i++) {
            beat("invented-" + i, now, Sender.NONE, Map.of());
        }
        assertEquals(UnverifiedSlots.MAX + 1, fleet.list().size());
        assertEquals("node-1", fleet.list().getFirst().name());
        assertTrue(fleet.isVerified("node-1"));
        beat("real", now, Sender.NONE, Map.of());
        now = now.plusSeconds(60);
        beat("real", now, Sender.NONE, Map.of());
        assertTrue(fleet.list().stream()
                .anyMatch(node -> node.name().equals("real") && node.lastSeen().equals(now)));
    }

    @Test
    void hostile_values_are_limited() {
        beat(
                "n".repeat(1_000) + "\n",
                now,
                Sender.NONE,
                Map.of("version", "v\u202e\n".repeat(1_000), "events", -5L, "interval_seconds", Long.MAX_VALUE));
        FleetNode node = only();
        assertTrue(node.name().length() <= 253);
        assertTrue(node.heartbeat().version().length() <= 100
                && !node.heartbeat().version().contains("\n"));
        assertEquals(0, node.heartbeat().events());
        assertTrue(node.silentMillis() <= now.plus(Duration.ofHours(3)).toEpochMilli());
    }

    @Test
    void states() {
        beat("node-1", now, Sender.NONE, Map.of());
        assertEquals(State.UNVERIFIED, only().state(now));
        assertEquals(List.of(), fleet.due(10));
        now = now.plus(Duration.ofMinutes(5));
        assertEquals(State.SILENT, only().state(now));
        assertEquals(1, fleet.due(10).size());
        beat("node-1", now, Sender.NONE, Map.of("stopping", true));
        assertEquals(State.STOPPED, only().state(now));
        assertTrue(fleet.remove(fleetEntry()));
        assertEquals(List.of(), fleet.list());
        now = now.plusSeconds(1);
        beat("node-1", now, Sender.NONE, Map.of());
        assertEquals(State.UNVERIFIED, only().state(now));
    }

    private Fleet.Entry fleetEntry() {
        Instant before = now;
        now = now.plus(Duration.ofHours(1));
        Fleet.Entry entry = fleet.due(1).getFirst();
        now = before;
        return entry;
    }

    @Test
    void a_slower_interval_delays_silence() {
        beat("node-1", now, NODE, Map.of("interval_seconds", 300L));
        now = now.plus(Duration.ofMinutes(14));
        assertEquals(State.REPORTING, only().state(now));
        now = now.plus(Duration.ofMinutes(1));
        assertEquals(State.SILENT, only().state(now));
    }

    @Test
    void other_messages_are_no_heartbeats() {
        assertFalse(fleet.record(
                new Alert(null, "n", 1, Priority.DEBUG, "Other", Alert.INTERNAL, List.of(), "m", new TreeMap<>()),
                NODE));
        assertEquals(List.of(), fleet.list());
    }
}
