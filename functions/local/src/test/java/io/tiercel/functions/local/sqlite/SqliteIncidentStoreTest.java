package io.tiercel.functions.local.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tiercel.functions.enrich.AttackTechniques;
import io.tiercel.functions.enrich.Enricher;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentQuery;
import io.tiercel.functions.incident.IncidentRules;
import io.tiercel.functions.incident.IncidentState;
import io.tiercel.functions.intake.AlertParser;
import io.tiercel.functions.intake.AlertRejected;
import io.tiercel.functions.intake.IdentifiedAlert;
import io.tiercel.functions.local.Alerts;
import io.tiercel.functions.planning.AffectedTargets;
import io.tiercel.functions.stage.AlertReceipt;
import io.tiercel.functions.stage.DeduplicateStage;
import io.tiercel.functions.stage.EnrichStage;
import io.tiercel.functions.stage.IncidentCloser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class SqliteIncidentStoreTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final AtomicInteger RUN = new AtomicInteger();

    private Path folder;
    private SqliteDatabase database;
    private SqliteIncidentStore store;
    private AlertInbox inbox;
    private SqliteAuditLog audit;
    private ResponseQueue responses;
    private IncidentCloser closer;
    private EnrichStage enrichStage;
    private DeduplicateStage deduplicateStage;
    private Instant now = Instant.parse("2026-01-01T01:00:00Z");

    @BeforeEach
    @BeforeProperty
    void open() throws IOException {
        folder = Files.createTempDirectory("tiercel-store");
        reopen();
    }

    private void reopen() {
        database = SqliteDatabase.open(folder);
        store = new SqliteIncidentStore(database, () -> now);
        audit = new SqliteAuditLog(database);
        responses = new ResponseQueue(database);
        closer = new IncidentCloser(store, audit, incident -> {}, () -> now);
        inbox = new AlertInbox(database, InstantSource.system());
        enrichStage = new EnrichStage(new Enricher("", AttackTechniques.load()), IncidentRules.defaults());
        deduplicateStage = new DeduplicateStage(
                store,
                new AffectedTargets(new SqliteStateStore(database)),
                IncidentRules.defaults(),
                audit,
                responses,
                incident -> {},
                () -> now);
    }

    @AfterEach
    @AfterProperty
    void close() throws IOException {
        database.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private AlertReceipt take(String alert) {
        try {
            return switch (enrichStage.enrich(JSON.readTree(alert))) {
                case EnrichStage.Result.Health(var message) -> deduplicateStage.recordHealth(message);
                case EnrichStage.Result.Enriched(var enriched) -> deduplicateStage.count(enriched);
            };
        } catch (IOException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private Map<String, Long> counts(String prefix) {
        Map<String, Long> counts = new HashMap<>();
        store.list(new IncidentQuery(null, null, 10_000)).stream()
                .filter(incident -> incident.fingerprint().rule().startsWith(prefix))
                .forEach(incident -> counts.merge(incident.fingerprint().rule(), incident.count(), Long::sum));
        return counts;
    }

    @Property(tries = 25)
    void shuffled_and_repeated_alerts_make_one_incident_per_cause_with_exact_counts(
            @ForAll @Size(min = 1, max = 4) List<@IntRange(min = 1, max = 40) Integer> sizes, @ForAll long seed) {
        String run = "run" + RUN.incrementAndGet() + "-";
        Map<String, Long> expected = new HashMap<>();
        List<String> alerts = new ArrayList<>();
        for (int cause = 0; cause < sizes.size(); cause++) {
            alerts.addAll(Alerts.ofOneCause(run + cause, run + cause, sizes.get(cause)));
            expected.put(run + cause, (long) sizes.get(cause));
        }
        List<String> deliveries = new ArrayList<>(alerts);
        Random random = new Random(seed);
        for (int i = 0; i < alerts.size(); i++) {
            deliveries.add(alerts.get(random.nextInt(alerts.size())));
        }
        Collections.shuffle(deliveries, random);
        deliveries.forEach(this::take);
        assertEquals(expected, counts(run));
        for (Incident listed : store.list(new IncidentQuery(IncidentState.OPEN, run + 0, 10))) {
            Incident incident = store.find(listed.id()).orElseThrow();
            assertEquals(1767225600_000_000_000L, incident.firstSeenNanos());
            assertEquals((sizes.getFirst() - 1) * 1_000_000_000L, incident.lastSeenNanos() - incident.firstSeenNanos());
            assertEquals(
                    Math.min(Incident.SAMPLE_LIMIT, sizes.getFirst()),
                    incident.sample().size());
        }
    }

    /** One read at once, nine folded into one: a count of ten, and once only however often it is delivered. */
    @Test
    void aFoldedAlertCountsAsThoseThatItStandsFor() {
        String folded = Alerts.alert("node/2", "Read of shadow", 1)
                .replace("\"proc.pid\":1", "\"tiercel.count\":9,\"tiercel.last_time\":1767225605000000000");
        for (String alert : List.of(Alerts.alert("node/1", "Read of shadow", 0), folded, folded)) {
            take(alert);
        }
        Incident incident = store.list(new IncidentQuery(null, null, 10)).getFirst();
        assertEquals(10, incident.count());
        assertEquals(1767225605000000000L, incident.lastSeenNanos());
        assertEquals(2, store.find(incident.id()).orElseThrow().sample().size());
    }

    @Test
    void sixteen_threads_count_exactly() throws Exception {
        List<String> alerts = new ArrayList<>(Alerts.ofOneCause("a", "One", 300));
        alerts.addAll(Alerts.ofOneCause("b", "Other", 100));
        try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
            List<Callable<Long>> works = new ArrayList<>();
            for (int thread = 0; thread < 16; thread++) {
                List<String> mine = new ArrayList<>(alerts);
                Collections.shuffle(mine, new Random(thread));
                works.add(() -> mine.stream()
                        .map(this::take)
                        .filter(receipt -> !receipt.outcome().equals("duplicate"))
                        .count());
            }
            long counted = 0;
            for (Future<Long> work : threads.invokeAll(works)) {
                counted += work.get();
            }
            assertEquals(400, counted);
        }
        assertEquals(Map.of("One", 300L, "Other", 100L), counts(""));
    }

    @Test
    void an_alert_leaves_the_inbox_when_it_is_counted_and_never_comes_back() throws IOException {
        IdentifiedAlert alert = AlertParser.parse(JSON.readTree(Alerts.alert("x", "Rule", 1)));
        assertEquals(1, inbox.accept(List.of(alert, alert), List.of()));
        assertEquals(0, inbox.accept(List.of(alert), List.of()));
        assertEquals(1, inbox.totals().waiting());
        database.close();
        reopen();
        assertEquals(alert.document(), inbox.next(10).getFirst().document());
        assertEquals("opened", take(alert.document()).outcome());
        assertEquals(List.of(), inbox.next(10));
        assertEquals(0, inbox.accept(List.of(alert), List.of()));
        assertEquals(1, store.totals().alerts());
    }

    @Test
    void a_failure_in_the_middle_of_a_batch_undoes_all_of_it() {
        assertThrows(
                AlertRejected.class,
                () -> database.write(connection -> {
                    take(Alerts.alert("x", "Rule", 1));
                    assertEquals(1, store.totals().alerts());
                    return take("{}");
                }));
        assertEquals(0, store.totals().alerts());
        assertEquals("opened", take(Alerts.alert("x", "Rule", 1)).outcome());
    }

    @Test
    void sensors_messages_about_themselves_are_no_incidents() {
        String message = Alerts.alert("h", "Tiercel internal: events lost", 1).replace("\"syscall\"", "\"internal\"");
        assertEquals("health", take(message).outcome());
        take(message);
        assertEquals(0, store.totals().incidents());
        assertEquals(1, store.health(10).size());
        assertTrue(store.health(10).getFirst().contains("events lost"));
    }

    @Test
    void refused_documents_are_kept_cut_and_bounded() {
        List<AlertInbox.Refusal> refusals =
                Collections.nCopies(AlertInbox.MAX_REFUSED + 50, new AlertInbox.Refusal("why", "x".repeat(100_000)));
        inbox.accept(List.of(), refusals);
        assertEquals(AlertInbox.MAX_REFUSED + 50, inbox.totals().refused());
        long[] kept = database.read(connection -> {
            try (var query = connection.prepareStatement("SELECT count(*), max(length(document)) FROM refused");
                    var row = query.executeQuery()) {
                return new long[] {row.getLong(1), row.getLong(2)};
            }
        });
        assertEquals(AlertInbox.MAX_REFUSED, kept[0]);
        assertEquals(AlertInbox.MAX_REJECTED_LENGTH, kept[1]);
    }

    @Test
    void a_folder_has_one_server() {
        DataDirectoryUnavailableException second =
                assertThrows(DataDirectoryUnavailableException.class, () -> SqliteDatabase.open(folder));
        assertTrue(String.valueOf(second.getMessage()).contains("another server uses the data folder"));
    }
}
