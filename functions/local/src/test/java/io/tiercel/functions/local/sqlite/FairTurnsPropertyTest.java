package io.tiercel.functions.local.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.AlertText;
import io.tiercel.functions.contract.Alerts;
import io.tiercel.functions.enrich.AttackTechniques;
import io.tiercel.functions.enrich.Enricher;
import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.incident.EnrichedAlert;
import io.tiercel.functions.incident.Fingerprints;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentAlert;
import io.tiercel.functions.incident.UrgencyClass;
import io.tiercel.functions.intake.IdentifiedAlert;
import io.tiercel.functions.respond.ResponseRequest;
import io.tiercel.rules.alert.Priority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Tag;

/**
 * Every class has requests of its own. Before a request, every other sender, and every other target of its sender, is served at most twice
 * more often than its own.
 */
@Tag("unit")
class FairTurnsPropertyTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final int SENDERS = 4;
    private static final Enricher ENRICHER = new Enricher("", AttackTechniques.load());

    @Property(tries = 40)
    void senders_take_turns(
            @ForAll @Size(max = 60) List<@IntRange(max = SENDERS + 2) Integer> actions, @ForAll boolean urgent)
            throws IOException {
        Path folder = Files.createTempDirectory(Path.of("target"), "turns");
        try (SqliteDatabase database = SqliteDatabase.open(folder)) {
            SqliteIncidentStore store = new SqliteIncidentStore(database, () -> NOW);
            NotificationQueue queue = new NotificationQueue(database, () -> NOW);
            UrgencyClass urgency = urgent ? UrgencyClass.VERIFIED_URGENT : UrgencyClass.VERIFIED;
            AtomicInteger rules = new AtomicInteger();
            int waiting = serve(
                    actions,
                    sender -> publish(store, queue, "rule " + rules.incrementAndGet(), "node-" + sender, urgent),
                    () -> queue.next(urgency, 1).stream()
                            .peek(taken -> queue.done(List.of(taken)))
                            .map(NotificationQueue.Request::incidentId)
                            .findFirst());
            for (UrgencyClass other : UrgencyClass.values()) {
                assertEquals(
                        other == urgency ? waiting : 0, queue.next(other, 100).size());
            }
        }
    }

    /** The share is bounded, so the number of requests is greater than the bound. */
    @Property(tries = 20)
    void targets_of_a_sender_share_its_turns(
            @ForAll @IntRange(max = 150) int noise,
            @ForAll @Size(max = 60) List<@IntRange(max = SENDERS + 2) Integer> actions)
            throws IOException {
        Path folder = Files.createTempDirectory(Path.of("target"), "turns");
        try (SqliteDatabase database = SqliteDatabase.open(folder)) {
            SqliteIncidentStore store = new SqliteIncidentStore(database, () -> NOW);
            ResponseQueue queue = new ResponseQueue(database);
            AtomicInteger rules = new AtomicInteger();
            int waiting = serve(
                    Stream.concat(Collections.nCopies(noise, 0).stream(), actions.stream())
                            .toList(),
                    target -> database.writeRepeatable(_ -> {
                        String rule = "rule " + rules.incrementAndGet();
                        String id =
                                store.record(ofPod(rule, "uid-" + target), 10).incidentId();
                        queue.publish(new ResponseRequest(id, "change", UrgencyClass.VERIFIED, "node-1"));
                        return id;
                    }),
                    () -> queue.next(UrgencyClass.VERIFIED, 1).stream()
                            .peek(queue::done)
                            .map(ResponseQueue.Waiting::incidentId)
                            .findFirst());
            assertEquals(waiting, queue.waiting());
        }
    }

    /**
     * Publishes and takes requests, and checks their order.
     *
     * @param actions a value below {@link #SENDERS} publishes a request of this sender or target, others take one
     * @return the number of requests that wait
     */
    private static int serve(List<Integer> actions, IntFunction<String> publish, Supplier<Optional<String>> take) {
        Map<String, Integer> senders = new HashMap<>();
        Map<String, int[]> servedWhileWaiting = new HashMap<>();
        Map<String, Integer> ahead = new HashMap<>();
        for (int sender : actions) {
            if (sender < SENDERS) {
                String id = publish.apply(sender);
                ahead.put(id, Collections.frequency(senders.values(), sender));
                senders.put(id, sender);
                servedWhileWaiting.put(id, new int[SENDERS]);
                continue;
            }
            take.get().ifPresent(id -> {
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
            });
        }
        return senders.size();
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

    private static IncidentAlert ofPod(String rule, String uid) {
        ObjectNode document = AlertText.with(AlertText.shellInPod(), "k8s.pod.uid", uid);
        IdentifiedAlert alert = AlertText.read(document.put("id", rule).put("rule", rule));
        Sender sender = Sender.ofNode("node-1");
        Enrichment enrichment = ENRICHER.enrich(alert.alert(), sender);
        return new EnrichedAlert(alert, Fingerprints.of(alert.alert(), enrichment.host()), enrichment)
                .toIncidentAlert();
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
