package io.tiercel.functions.aws.dynamodb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tiercel.functions.audit.AuditEntry;
import io.tiercel.functions.audit.AuditLog;
import io.tiercel.functions.audit.AuditRecord;
import io.tiercel.functions.audit.AuditVerdict;
import io.tiercel.functions.aws.Moto;
import io.tiercel.functions.aws.SqsEvents;
import io.tiercel.functions.enrich.AttackTechniques;
import io.tiercel.functions.enrich.Enricher;
import io.tiercel.functions.incident.EnrichedAlert;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentAlert;
import io.tiercel.functions.incident.IncidentClosure;
import io.tiercel.functions.incident.IncidentQuery;
import io.tiercel.functions.incident.IncidentRules;
import io.tiercel.functions.incident.IncidentRulesFile;
import io.tiercel.functions.incident.IncidentState;
import io.tiercel.functions.incident.RecordResult;
import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.planning.AffectedTargets;
import io.tiercel.functions.stage.AlertReceipt;
import io.tiercel.functions.stage.DeduplicateStage;
import io.tiercel.functions.stage.EnrichStage;
import io.tiercel.functions.stage.IncidentCloser;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

@Tag("packaged")
class DynamoDbLifecycleTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final int WORKERS = 16;

    private static Moto moto;
    private static DynamoDbClient client;

    private String name;
    private Instant time = NOW;
    private DynamoDbIncidentStore incidents;
    private DynamoDbAuditLog audit;

    @BeforeAll
    static void startMoto() throws Exception {
        moto = Moto.startOrSkip();
        client = moto.dynamoDb();
    }

    @AfterAll
    static void stopMoto() throws Exception {
        if (moto != null) {
            client.close();
            moto.close();
        }
    }

    @BeforeEach
    void emptyTable(TestInfo test) {
        name = test.getTestMethod().orElseThrow().getName();
        moto.createTable(name);
        IncidentTable table = new IncidentTable(client, name, () -> time);
        incidents = new DynamoDbIncidentStore(table);
        audit = new DynamoDbAuditLog(table);
    }

    private Incident record(String alertId, String rule, Instant at) {
        RecordResult recorded = incidents.record(Alerts.incidentAlert(alertId, rule, "Notice", at));
        return incidents.find(recorded.incidentId()).orElseThrow();
    }

    private static long nanos(Instant at) {
        return TimeUnit.SECONDS.toNanos(at.getEpochSecond());
    }

    @Test
    void aClosedIncidentReopensForNewEventsOnly() {
        Incident open = record("a", "rule", NOW);
        assertTrue(incidents.close(open, new IncidentClosure(NOW, IncidentClosure.QUIET, open.lastSeenNanos())));
        assertFalse(
                incidents.close(open, new IncidentClosure(NOW, IncidentClosure.QUIET, open.lastSeenNanos())),
                "closed already");
        Incident closed = record("b", "rule", NOW.minusSeconds(1));
        assertEquals(IncidentState.CLOSED, closed.state());
        assertEquals(
                new IncidentClosure(NOW, IncidentClosure.QUIET, nanos(NOW)),
                closed.lifecycle().closing());
        assertEquals(2, closed.count());
        assertEquals(List.of(), incidents.quietSince(NOW.plusSeconds(1), 10), "closed incidents are not looked at");
        assertEquals(
                1,
                incidents.list(new IncidentQuery(IncidentState.CLOSED, null, 5)).size());

        RecordResult recorded = incidents.record(Alerts.incidentAlert("c", "rule", "Notice", NOW.plusSeconds(1)));
        assertTrue(recorded.opened());
        Incident again = incidents.find(recorded.incidentId()).orElseThrow();
        assertEquals(IncidentState.OPEN, again.state());
        assertEquals(2, again.lifecycle().episode());
        assertNull(again.lifecycle().closing());
        assertEquals(3, again.count());
        assertEquals(1, incidents.quietSince(NOW, 10).size());
    }

    @Test
    void anIncidentWithNewAlertsIsNotClosed() {
        Incident observed = record("a", "rule", NOW);
        record("b", "rule", NOW);
        assertFalse(incidents.close(observed, new IncidentClosure(NOW, IncidentClosure.QUIET, nanos(NOW))));
        assertEquals(
                IncidentCloser.Outcome.CLOSED,
                new IncidentCloser(incidents, audit, incident -> {}, () -> NOW).close(observed.id(), "ada"));
    }

    @Test
    void theLongestQuietIncidentsAreFirst() {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            time = NOW.plusSeconds(i);
            expected.add(record("a" + i, "rule " + i, NOW).id());
        }
        assertEquals(
                expected.subList(0, 5),
                incidents.quietSince(NOW.plusSeconds(4), 10).stream()
                        .map(Incident::id)
                        .toList());
        assertEquals(2, incidents.quietSince(NOW.plusSeconds(4), 2).size());
    }

    @Test
    void escalationsOnlyRise() {
        Incident incident = record("a", "rule", NOW);
        incidents.markAudited(incident.id(), 2, 1);
        incidents.markAudited(incident.id(), 1, 1);
        incidents.markAudited("000000000000000000000000", 1, 1);
        assertEquals(2, incidents.find(incident.id()).orElseThrow().lifecycle().escalation());
        assertEquals(
                1,
                incidents
                        .list(new IncidentQuery(IncidentState.OPEN, 2, null, 5))
                        .size());
        assertEquals(
                0,
                incidents
                        .list(new IncidentQuery(IncidentState.OPEN, 3, null, 5))
                        .size());
    }

    @Test
    void countsStayExactWhileTheIncidentIsClosedAgainAndAgain() throws Exception {
        int alerts = 200;
        List<IncidentAlert> delivered = new ArrayList<>();
        for (int i = 0; i < alerts; i++) {
            IncidentAlert alert = Alerts.incidentAlert("a" + i, "rule", "Notice", NOW.plusSeconds(i));
            delivered.add(alert);
            if (i % 2 == 0) {
                delivered.add(alert);
            }
        }
        long seed = new Random().nextLong();
        Collections.shuffle(delivered, new Random(seed));
        String id = delivered.getFirst().fingerprint().incidentId();
        IncidentCloser closer = new IncidentCloser(incidents, audit, incident -> {}, () -> NOW.plusSeconds(alerts / 2));
        List<Callable<Boolean>> works = new ArrayList<>();
        for (int i = 0; i < delivered.size(); i++) {
            IncidentAlert alert = delivered.get(i);
            works.add(() -> incidents.record(alert).opened());
            if (i % 20 == 10) {
                works.add(() -> closer.close(id, "ada") == IncidentCloser.Outcome.CLOSED);
            }
        }
        try (ExecutorService workers = Executors.newFixedThreadPool(WORKERS)) {
            for (Future<Boolean> work : workers.invokeAll(works)) {
                work.get();
            }
        }
        Incident incident = incidents.find(id).orElseThrow();
        assertEquals(alerts, incident.count(), "seed " + seed);
        long closed = audit.entriesFor(id, 1_000).stream()
                .filter(record -> record.line().contains("\"close\""))
                .count();
        assertTrue(incident.lifecycle().episode() <= closed + 1, incident.lifecycle() + " seed " + seed);
        assertEquals(new AuditVerdict.Intact(audit.head()), audit.verify());
    }

    private AffectedTargets targets() {
        return new AffectedTargets(new DynamoDbStateStore(new IncidentTable(client, name, () -> time)));
    }

    @Test
    void concurrentWritersListEachTargetOnce() throws Exception {
        EnrichStage enrichStage = new EnrichStage(new Enricher("", AttackTechniques.load()), IncidentRules.defaults());
        List<EnrichedAlert> alerts = new ArrayList<>();
        for (int pod = 0; pod < 3; pod++) {
            JsonNode alert = JsonMapper.builder()
                    .build()
                    .readTree(SqsEvents.alert("a" + pod, "rule")
                            .replace(
                                    "\"output_fields\":{",
                                    "\"output_fields\":{\"k8s.ns.name\":\"shop\",\"k8s.pod.name\":\"cart-" + pod
                                            + "\","));
            alerts.add(assertInstanceOf(EnrichStage.Result.Enriched.class, enrichStage.enrich(alert))
                    .alert());
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
            for (int i = 0; i < 48; i++) {
                EnrichedAlert alert = alerts.get(i % 3);
                threads.submit(() -> targets().add("0a", 1, alert));
            }
        }
        AffectedTargets.ObservedTargets observed = targets().list("0a", 1);
        assertEquals(
                Set.of("cart-0", "cart-1", "cart-2"),
                observed.targets().stream()
                        .map(scene -> String.valueOf(scene.enrichment().host().pod()))
                        .collect(Collectors.toSet()));
        assertEquals(3, observed.targets().size());
        assertFalse(observed.more());
        assertEquals(List.of(), targets().list("0a", 2).targets());
    }

    @Test
    void aCrashAfterAnyCallLosesNoCountNoAuditEntryAndNoEvent() {
        for (int crash = 0; crash < 5; crash++) {
            Failing failing = new Failing(crash);
            List<String> rung = new ArrayList<>();
            DeduplicateStage stage = new DeduplicateStage(
                    incidents,
                    targets(),
                    IncidentRulesFile.read("rules.yaml", "- escalate: {counts: [2]}"),
                    new AuditLog() {
                        @Override
                        public void append(AuditEntry entry) {
                            failing.call(() -> audit.append(entry));
                        }

                        @Override
                        public List<AuditRecord> entriesFor(String incidentId, int limit) {
                            return audit.entriesFor(incidentId, limit);
                        }
                    },
                    (incident, occasion) -> failing.call(() -> rung.add(occasion)),
                    incident -> failing.call(() -> rung.add(incident)),
                    () -> NOW);
            String rule = "rule " + crash;
            for (String id : List.of("a", "b")) {
                EnrichedAlert alert = Alerts.enriched(id + crash, rule, NOW);
                AlertReceipt receipt;
                try {
                    receipt = stage.count(alert);
                } catch (StoreUnavailable e) {
                    receipt = stage.count(alert);
                    assertEquals("duplicate", receipt.outcome());
                }
                String incidentId = String.valueOf(receipt.incidentId());
                Incident incident = incidents.find(incidentId).orElseThrow();
                assertEquals(id.equals("a") ? 1 : 2, incident.count());
                assertEquals(id.equals("a") ? 0 : 1, incident.lifecycle().escalation());
                assertTrue(
                        rung.contains("1-" + incident.lifecycle().escalation() + "-0-" + incident.count() + "-1"),
                        rung.toString());
                assertTrue(rung.contains(incidentId), rung.toString());
            }
            List<String> lines =
                    audit
                            .entriesFor(
                                    Alerts.enriched("c", rule, NOW)
                                            .fingerprint()
                                            .incidentId(),
                                    10)
                            .stream()
                            .map(AuditRecord::line)
                            .toList();
            assertTrue(lines.stream().anyMatch(line -> line.contains("\"open\"")), lines.toString());
            assertTrue(
                    lines.stream().anyMatch(line -> line.contains("escalate to level 1: 2 alerts")), lines.toString());
        }
    }

    /** Delegates each call, and fails once after the call, like a process that dies before it receives the result. */
    private static final class Failing {
        private int left;

        Failing(int calls) {
            left = calls;
        }

        void call(Runnable work) {
            work.run();
            if (left-- == 0) {
                throw new StoreUnavailable("crash", new IllegalStateException());
            }
        }
    }

    @Test
    void sixteenWritersMakeOneChain() throws Exception {
        List<Callable<Void>> works = new ArrayList<>();
        for (int i = 0; i < 160; i++) {
            String what = "decision " + i;
            // For the table, each log is a separate process.
            DynamoDbAuditLog log = new DynamoDbAuditLog(new IncidentTable(client, name, () -> NOW));
            String incident = i % 10 == 0 ? "0a" : null;
            works.add(() -> {
                log.append(AuditEntry.decision(NOW, "respond", incident, what, Map.of()));
                return null;
            });
        }
        try (ExecutorService workers = Executors.newFixedThreadPool(WORKERS)) {
            for (Future<Void> work : workers.invokeAll(works)) {
                work.get();
            }
        }
        assertEquals(160, audit.head().number());
        assertEquals(new AuditVerdict.Intact(audit.head()), audit.verify());
        List<Long> numbers =
                audit.entriesFor("0a", 5).stream().map(AuditRecord::number).toList();
        assertEquals(5, numbers.size());
        assertEquals(numbers.stream().sorted().toList(), numbers);
    }

    @Test
    void tamperingIsFound() {
        for (int i = 0; i < 5; i++) {
            audit.append(AuditEntry.call(NOW, "respond", "0a", "call " + i, Map.of("reply", "ok")));
        }
        Map<String, AttributeValue> third = Map.of(
                IncidentTable.PK, AttributeValue.fromS("audit#0"),
                IncidentTable.SK, AttributeValue.fromS("%019d".formatted(3)));
        client.updateItem(update -> update.tableName(name)
                .key(third)
                .updateExpression("SET line = :line")
                .expressionAttributeValues(Map.of(":line", AttributeValue.fromS("{\"number\":3}"))));
        assertEquals(
                3, assertInstanceOf(AuditVerdict.Broken.class, audit.verify()).number());
        client.deleteItem(delete -> delete.tableName(name).key(third));
        assertEquals(new AuditVerdict.Broken(3, "entries 3 to 3 are missing"), audit.verify());
    }
}
