package io.tiercel.functions.local.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.contract.Alerts;
import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentAlert;
import io.tiercel.functions.incident.UrgencyClass;
import io.tiercel.rules.alert.Priority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Tag;

/** Every class has requests of its own, and before a request, every other sender is served at most twice more often than its own. */
@Tag("unit")
class FairTurnsPropertyTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final int SENDERS = 4;

    /** What is done: a value below {@link #SENDERS} publishes a request of this sender, others take one. */
    @Property(tries = 40)
    void senders_take_turns(
            @ForAll @Size(max = 60) List<@IntRange(max = SENDERS + 2) Integer> actions, @ForAll boolean urgent)
            throws IOException {
        Path folder = Files.createTempDirectory(Path.of("target"), "turns");
        try (SqliteDatabase database = SqliteDatabase.open(folder)) {
            SqliteIncidentStore store = new SqliteIncidentStore(database, () -> NOW);
            NotificationQueue queue = new NotificationQueue(database, () -> NOW);
            UrgencyClass urgency = urgent ? UrgencyClass.VERIFIED_URGENT : UrgencyClass.VERIFIED;
            Map<String, Integer> senders = new HashMap<>();
            Map<String, int[]> servedWhileWaiting = new HashMap<>();
            Map<String, Integer> ahead = new HashMap<>();
            for (int i = 0; i < actions.size(); i++) {
                int sender = actions.get(i);
                if (sender < SENDERS) {
                    String id = publish(store, queue, "rule " + i, "node-" + sender, urgent);
                    ahead.put(id, (int) senders.keySet().stream()
                            .filter(waiting -> Objects.equals(senders.get(waiting), sender))
                            .count());
                    senders.put(id, sender);
                    servedWhileWaiting.put(id, new int[SENDERS]);
                } else {
                    for (NotificationQueue.Request taken : queue.next(urgency, 1)) {
                        queue.done(List.of(taken));
                        String id = taken.incidentId();
                        int by = Objects.requireNonNull(senders.remove(id));
                        int[] served = Objects.requireNonNull(servedWhileWaiting.remove(id));
                        int own = Objects.requireNonNull(ahead.remove(id));
                        for (int other = 0; other < SENDERS; other++) {
                            assertTrue(
                                    other == by || served[other] <= own + 2,
                                    () -> "sender " + by + " waited for " + Arrays.toString(served) + " with " + own
                                            + " of its own ahead");
                        }
                        servedWhileWaiting.values().forEach(counts -> counts[by]++);
                    }
                }
            }
            for (UrgencyClass other : UrgencyClass.values()) {
                assertEquals(
                        other == urgency ? senders.size() : 0,
                        queue.next(other, 100).size());
            }
        }
    }

    /** A sender with many requests keeps its order among them. */
    @Property(tries = 10)
    void requests_of_unverified_senders_keep_their_order(@ForAll @IntRange(max = 10) int number) throws IOException {
        Path folder = Files.createTempDirectory(Path.of("target"), "turns");
        try (SqliteDatabase database = SqliteDatabase.open(folder)) {
            SqliteIncidentStore store = new SqliteIncidentStore(database, () -> NOW);
            NotificationQueue queue = new NotificationQueue(database, () -> NOW);
            List<String> published = new ArrayList<>();
            for (int i = 0; i < number; i++) {
                published.add(publish(store, queue, "rule " + i, "", true));
            }
            assertEquals(
                    published,
                    queue.next(UrgencyClass.UNVERIFIED, 100).stream()
                            .map(NotificationQueue.Request::incidentId)
                            .toList());
        }
    }

    private static String publish(
            SqliteIncidentStore store, NotificationQueue queue, String rule, String node, boolean urgent) {
        Sender sender = node.isEmpty() ? Sender.NONE : Sender.ofNode(node);
        IncidentAlert alert = Alerts.incidentAlert(rule, rule, urgent ? "Critical" : "Notice", NOW);
        String id = store.record(Alerts.from(sender, alert, alert.fingerprint()), 10)
                .incidentId();
        Incident incident = store.find(id).orElseThrow();
        assertEquals(urgent ? Priority.CRITICAL : Priority.NOTICE, incident.priority());
        queue.publish(id, "alerts");
        return id;
    }
}
