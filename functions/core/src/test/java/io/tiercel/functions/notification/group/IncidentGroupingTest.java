package io.tiercel.functions.notification.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.incident.Fingerprint;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentClosure;
import io.tiercel.functions.incident.IncidentState;
import io.tiercel.functions.incident.Lifecycle;
import io.tiercel.functions.notification.GroupSummary;
import io.tiercel.functions.notification.GroupSummary.Dimension;
import io.tiercel.functions.notification.Grouping.Place;
import io.tiercel.functions.notification.IncidentFixtures;
import io.tiercel.functions.notification.file.ChannelLimits;
import io.tiercel.functions.respond.state.InMemoryStateStore;
import io.tiercel.functions.respond.state.StateStore;
import io.tiercel.rules.alert.Priority;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class IncidentGroupingTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Incident TEMPLATE = IncidentFixtures.incident(Priority.WARNING, Map.of());

    private final CountingStateStore windows = new CountingStateStore();
    private final InMemoryGroupStore groups = new InMemoryGroupStore();
    private Instant now = NOW;
    private ChannelLimits limits = ChannelLimits.DEFAULT;
    private final IncidentGrouping grouping = process();

    private IncidentGrouping process() {
        return new IncidentGrouping(windows, groups, channel -> limits, () -> now);
    }

    private static Incident incident(int number, Priority priority, long count, boolean open) {
        Fingerprint cause = TEMPLATE.fingerprint();
        return new Incident(
                "i" + number,
                new Fingerprint(cause.cluster(), cause.rule(), "workload" + number, cause.executable(), "/t" + number),
                priority,
                count,
                count,
                TEMPLATE.firstSeenNanos(),
                TEMPLATE.lastSeenNanos(),
                TEMPLATE.openedAt(),
                TEMPLATE.lastReceivedAt(),
                TEMPLATE.tactics(),
                open
                        ? Lifecycle.opened()
                        : new Lifecycle(IncidentState.CLOSED, 0, 1, new IncidentClosure(NOW, "someone", 0)),
                TEMPLATE.enrichment(),
                TEMPLATE.foldedCauses(),
                TEMPLATE.doubts(),
                TEMPLATE.sample());
    }

    private static Incident warning(int number) {
        return incident(number, Priority.WARNING, 1, true);
    }

    private String joined(Incident incident, String occasion) {
        return assertInstanceOf(Place.Joined.class, grouping.place("soc", incident, occasion, false, now))
                .groupId();
    }

    /** Opens a group and returns its id. */
    private String storm(int incidents) {
        for (int i = 0; i < 5; i++) {
            assertEquals(new Place.Individual(), grouping.place("soc", warning(i), "new", false, now));
        }
        String group = joined(warning(5), "new");
        for (int i = 6; i < incidents; i++) {
            assertEquals(group, joined(warning(i), "new"));
        }
        return group;
    }

    @Test
    void a_storm_of_ten_thousand_writes_the_window_a_few_times() {
        String group = "";
        for (int i = 0; i < 10_000; i++) {
            now = NOW.plusMillis(6L * i);
            if (grouping.place("soc", warning(i), "new", false, now) instanceof Place.Joined(String id)) {
                group = id;
            }
        }
        GroupSummary summary = grouping.summary(group).orElseThrow();
        assertEquals(
                List.of(9_995L, 9_995L, 9_995L),
                List.of(summary.incidents(), summary.openIncidents(), summary.alerts()));
        assertEquals(Dimension.RULE, summary.dimension());
        assertTrue(windows.writes <= 5 + 1 + 4, windows.writes + " writes");
        assertTrue(windows.reads <= 80, windows.reads + " reads");
    }

    @Test
    void a_crash_between_joining_and_recording_does_not_count_an_incident_twice() {
        String group = storm(7);
        now = NOW.plusSeconds(300);
        assertEquals(group, joined(warning(6), "new"), "the group has completed, but it has counted this incident");
        assertEquals(new Place.Individual(), grouping.place("soc", warning(100), "new", false, now));
        assertEquals(2, grouping.summary(group).orElseThrow().incidents());
    }

    @Test
    void a_message_of_its_own_is_counted_once() {
        for (int retry = 0; retry < 20; retry++) {
            assertEquals(new Place.Individual(), grouping.place("soc", warning(1), "new", false, now));
        }
        assertEquals(1, windows.writes);
    }

    @Test
    void a_member_that_escalates_gets_a_message_of_its_own_up_to_the_limit() {
        String group = storm(30);
        // The messages of the storm are less urgent, and do not count.
        for (int i = 5; i < 25; i++) {
            assertEquals(
                    new Place.Individual(),
                    grouping.place("soc", incident(i, Priority.CRITICAL, 2, true), "urgent", true, now));
        }
        String digest = assertInstanceOf(
                        Place.Joined.class,
                        grouping.place("soc", incident(25, Priority.CRITICAL, 2, true), "urgent", true, now))
                .groupId();
        assertTrue(!digest.equals(group));
        assertEquals(25, grouping.summary(group).orElseThrow().openIncidents());
        assertEquals(1, grouping.summary(digest).orElseThrow().openIncidents());
        assertEquals(group, joined(warning(30), "new"), "others still join the group");
    }

    @Test
    void changes_are_reported_once_and_a_closed_group_is_complete() {
        String group = storm(7);
        assertTrue(grouping.changed(group, incident(5, Priority.WARNING, 9, true)));
        assertTrue(!grouping.changed(group, incident(5, Priority.WARNING, 9, true)));
        assertTrue(grouping.changed(group, incident(5, Priority.WARNING, 9, false)));
        assertEquals(10, grouping.summary(group).orElseThrow().alerts());
        assertEquals(group, joined(warning(7), "new"));
        for (int i = 6; i < 8; i++) {
            grouping.changed(group, incident(i, Priority.WARNING, 1, false));
        }
        assertEquals(0, grouping.summary(group).orElseThrow().openIncidents());
        String next = joined(warning(8), "new");
        assertTrue(!next.equals(group), "a closed group does not open again");
        assertEquals(Optional.empty(), grouping.summary("unknown"));
    }

    @Test
    void channels_do_not_influence_each_other_and_machines_get_everything() {
        storm(7);
        assertEquals(new Place.Individual(), grouping.place("pager", warning(6), "new", false, now));
        limits = ChannelLimits.UNLIMITED;
        for (int i = 0; i < 2_000; i++) {
            assertEquals(new Place.Individual(), grouping.place("siem", warning(i), "new", false, now));
        }
    }

    @Test
    void processes_that_decide_at_the_same_time_share_the_limits() throws Exception {
        List<IncidentGrouping> processes = List.of(process(), process(), process(), process());
        List<Future<Place>> places = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 400; i++) {
                Incident next = warning(i);
                IncidentGrouping process = processes.get(i % 4);
                places.add(threads.submit(() -> process.place("soc", next, "new", false, NOW)));
            }
        }
        int individual = 0;
        for (Future<Place> place : places) {
            individual += place.get() instanceof Place.Individual ? 1 : 0;
        }
        assertEquals(5, individual);
        long members = 0;
        for (String group : groups.ids()) {
            members += groups.size(group);
        }
        assertEquals(395, members);
    }

    private static final class CountingStateStore implements StateStore {
        private final StateStore store = new InMemoryStateStore();
        private volatile int reads;
        private volatile int writes;

        @Override
        public synchronized Optional<Versioned> read(String key) {
            reads++;
            return store.read(key);
        }

        @Override
        public Map<String, Versioned> readAll(Collection<String> keys) {
            throw new UnsupportedOperationException();
        }

        @Override
        public synchronized boolean write(String key, long expectedVersion, String document, Schedule schedule) {
            assertTrue(document.length() <= MAX_CHARACTERS);
            writes++;
            return store.write(key, expectedVersion, document, schedule);
        }

        @Override
        public List<String> due(DueKind kind, Instant time, int limit) {
            throw new UnsupportedOperationException();
        }
    }
}
