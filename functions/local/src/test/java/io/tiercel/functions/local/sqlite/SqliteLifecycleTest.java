package io.tiercel.functions.local.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tiercel.functions.audit.AuditEntry;
import io.tiercel.functions.audit.AuditVerdict;
import io.tiercel.functions.enrich.AttackTechniques;
import io.tiercel.functions.enrich.Enricher;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentQuery;
import io.tiercel.functions.incident.IncidentRules;
import io.tiercel.functions.incident.IncidentRulesFile;
import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.local.Alerts;
import io.tiercel.functions.planning.AffectedTargets;
import io.tiercel.functions.planning.IncidentPlanContext;
import io.tiercel.functions.respond.ApprovalOutcome;
import io.tiercel.functions.respond.Responder;
import io.tiercel.functions.respond.plan.PlanContext;
import io.tiercel.functions.stage.DeduplicateStage;
import io.tiercel.functions.stage.EnrichStage;
import io.tiercel.functions.stage.IncidentCloser;
import io.tiercel.functions.stage.SweepStage;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Incidents from their first alert to their end, and what is written down about it. */
@Tag("unit")
class SqliteLifecycleTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    Path folder;

    private final AtomicInteger sweeps = new AtomicInteger();
    private final IncidentRules rules = IncidentRulesFile.read("rules.yaml", """
        - rules: [Short]
          quiet: 1h
        - escalate: { tactics: 2, counts: [5, 10] }
        """);
    private Instant now = Instant.parse("2026-01-01T01:00:00Z");
    private SqliteDatabase database;
    private SqliteIncidentStore store;
    private SqliteAuditLog audit;
    private ResponseQueue responses;
    private EnrichStage enrichStage;
    private DeduplicateStage deduplicateStage;
    private SweepStage sweepStage;

    @BeforeEach
    void open() {
        database = SqliteDatabase.open(folder);
        store = new SqliteIncidentStore(database, () -> now);
        audit = new SqliteAuditLog(database);
        responses = new ResponseQueue(database);
        enrichStage = new EnrichStage(new Enricher("", AttackTechniques.load()), rules);
        deduplicateStage = new DeduplicateStage(
                store,
                new AffectedTargets(new SqliteStateStore(database)),
                rules,
                audit,
                responses,
                incident -> {},
                () -> now);
        sweepStage = new SweepStage(
                store,
                rules,
                new Sweeper(sweeps),
                new IncidentCloser(store, audit, incident -> {}, () -> now),
                () -> now);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private record Sweeper(AtomicInteger sweeps) implements Responder {
        @Override
        public void respond(String incidentId) {}

        @Override
        public ApprovalOutcome approve(String incidentId, String planId, String by) {
            return new ApprovalOutcome.AlreadyApproved();
        }

        @Override
        public void release(String incidentId, String by) {}

        @Override
        public void sweep() {
            sweeps.incrementAndGet();
        }
    }

    private void take(String alert) throws Exception {
        var enriched = assertInstanceOf(EnrichStage.Result.Enriched.class, enrichStage.enrich(JSON.readTree(alert)));
        deduplicateStage.count(enriched.alert());
    }

    private Incident only() {
        List<Incident> all = store.list(new IncidentQuery(null, null, 10));
        assertEquals(1, all.size());
        return all.getFirst();
    }

    private List<String> told() throws Exception {
        List<String> told = new ArrayList<>();
        for (var record : audit.entriesFor(only().id(), 100)) {
            told.add(JSON.readTree(record.line()).get("summary").textValue());
        }
        return told;
    }

    @Test
    void a_quiet_incident_is_closed_and_opens_again_when_its_cause_recurs() throws Exception {
        take(Alerts.alert("a", "Short", 1));
        now = now.plus(Duration.ofMinutes(59));
        assertEquals(0, sweepStage.sweep());
        // An older alert arrives late: the incident is not quiet, because the time of receipt counts.
        take(Alerts.alert("b", "Short", 0));
        now = now.plus(Duration.ofMinutes(59));
        assertEquals(0, sweepStage.sweep());
        now = now.plus(Duration.ofMinutes(1));
        assertEquals(1, sweepStage.sweep());
        assertEquals(0, sweepStage.sweep());
        assertEquals(4, sweeps.get());
        assertEquals("closed", only().lifecycle().label());

        take(Alerts.alert("late", "Short", 1));
        assertEquals("closed", only().lifecycle().label());
        take(Alerts.alert("again", "Short", 2));
        assertEquals("open", only().lifecycle().label());
        assertEquals(2, only().lifecycle().episode());
        assertEquals(4, only().count());
        assertEquals(List.of("open", "close: no alerts since 2026-01-01T01:59:00Z", "reopen as episode 2"), told());
    }

    private static String inPod(String id, String pod, int second) {
        return Alerts.alert(id, "Short", second)
                .replace(
                        "\"container.id\":\"host\"",
                        "\"container.id\":\"3ad7b26ded6d\",\"container.image.repository\":\"shop/cart\","
                                + "\"container.name\":\"cart\",\"k8s.ns.name\":\"shop\",\"k8s.pod.name\":\"" + pod
                                + "\"");
    }

    private List<String> pods() {
        PlanContext grounds =
                new IncidentPlanContext(store, new AffectedTargets(new SqliteStateStore(database))).find(only().id());
        assertNotNull(grounds);
        return grounds.targets().stream()
                .map(scene -> String.valueOf(scene.enrichment().host().pod()))
                .toList();
    }

    @Test
    void every_place_of_an_incident_is_ground_for_a_response_once_in_each_episode() throws Exception {
        take(inPod("a", "cart-1", 1));
        ResponseQueue.Waiting first = responses.next(10).getFirst();
        take(inPod("b", "cart-2", 2));
        assertNotEquals(first, responses.next(10).getFirst(), "a place is something new");
        ResponseQueue.Waiting second = responses.next(10).getFirst();
        take(inPod("b", "cart-2", 2));
        take(inPod("a", "cart-1", 1));
        assertEquals(second, responses.next(10).getFirst());
        assertEquals(List.of("cart-1", "cart-2"), pods());

        now = now.plus(Duration.ofHours(1));
        assertEquals(1, sweepStage.sweep());
        take(inPod("c", "cart-2", 60));
        assertEquals(List.of("cart-2"), pods());
        for (int i = 10; i < 20; i++) {
            take(inPod("d" + i, "cart-" + i, 61));
        }
        assertEquals(AffectedTargets.MAX_TARGETS, pods().size());
        assertTrue(Objects.requireNonNull(
                        new IncidentPlanContext(store, new AffectedTargets(new SqliteStateStore(database)))
                                .find(only().id()))
                .hasMoreTargets());
    }

    @Test
    void a_sensor_whose_clock_is_ahead_keeps_nothing_closed() throws Exception {
        take(Alerts.alert("a", "Short", 1).replace("2026-01-01", "2199-01-01"));
        now = now.plus(Duration.ofHours(1));
        assertEquals(1, sweepStage.sweep());
        take(Alerts.alert("b", "Short", 1).replace("2026-01-01", "2026-02-01"));
        assertEquals("open", only().lifecycle().label());
    }

    @Test
    void thresholds_escalate_once_each_in_whatever_order_alerts_come() throws Exception {
        List<String> alerts = new ArrayList<>(Alerts.ofOneCause("a", "Rule", 12));
        alerts.set(7, alerts.get(7).replace("\"T1003\",\"mitre_credential_access\"", "\"mitre_persistence\""));
        List<String> delivered = new ArrayList<>(alerts);
        delivered.addAll(alerts);
        Collections.shuffle(delivered, new Random(3));
        for (String alert : delivered) {
            take(alert);
        }
        assertEquals("escalated", only().lifecycle().label());
        assertEquals(3, only().lifecycle().escalation());
        assertEquals(4, told().size(), told().toString());
        assertEquals("open", told().getFirst());
        assertTrue(
                told().getLast().startsWith("escalate to level 3: 2 tactics, 5 alerts, 10 alerts"), told().toString());
        assertEquals(1, store.list(new IncidentQuery(null, 3, null, 10)).size());
        assertEquals(0, store.list(new IncidentQuery(null, 4, null, 10)).size());
        assertEquals(
                Map.of("open", 0L, "escalated", 1L, "closed", 0L),
                store.totals().byState());
    }

    @Test
    void the_responder_is_asked_for_what_is_new_and_forgets_nothing() throws Exception {
        take(Alerts.alert("a", "Rule", 1));
        ResponseQueue.Waiting first = responses.next(10).getFirst();
        take(Alerts.alert("a", "Rule", 1));
        assertEquals(List.of(first), responses.next(10), "a repetition is nothing new");
        take(Alerts.alert("b", "Rule", 2));
        responses.done(first);
        ResponseQueue.Waiting second = responses.next(10).getFirst();
        assertEquals(first.incidentId(), second.incidentId());
        for (int attempt = 1; attempt < ResponseQueue.MAX_ATTEMPTS; attempt++) {
            assertTrue(responses.failed(second));
        }
        assertFalse(responses.failed(second));
        assertEquals(0, responses.waiting());
        take(Alerts.alert("c", "Rule", 3));
        assertEquals(1, responses.waiting());
    }

    @Test
    void the_audit_log_can_only_be_appended_to_and_shows_where_it_was_changed() throws Exception {
        for (int i = 0; i < 5; i++) {
            audit.append(AuditEntry.decision(now, "respond", "0a", "decision " + i, Map.of("\ud800", "\u0000€")));
        }
        assertThrows(
                StoreUnavailable.class,
                () -> database.write(connection -> connection.createStatement().executeUpdate("DELETE FROM audit")));
        assertThrows(
                StoreUnavailable.class,
                () -> database.write(connection ->
                        connection.createStatement().executeUpdate("UPDATE audit SET line = '' WHERE number = 2")));
        assertEquals(new AuditVerdict.Intact(audit.head()), SqliteAuditLog.verify(folder, Optional.of(audit.head())));

        tamper("UPDATE audit SET line = replace(line, 'decision 1', 'decision 9') WHERE number = 2");
        assertEquals(2, assertInstanceOf(AuditVerdict.Broken.class, verify()).number());
        tamper("DELETE FROM audit WHERE number = 2");
        assertEquals(new AuditVerdict.Broken(2, "entries 2 to 2 are missing"), verify());
        tamper("DELETE FROM audit WHERE number > 1");
        assertEquals(new AuditVerdict.Broken(2, "entries 2 to 5 are missing"), verify());
    }

    private AuditVerdict verify() {
        return SqliteAuditLog.verify(folder, Optional.empty());
    }

    private void tamper(String statement) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("functions.db"));
                Statement change = connection.createStatement()) {
            change.executeUpdate("DROP TRIGGER IF EXISTS audit_no_update");
            change.executeUpdate("DROP TRIGGER IF EXISTS audit_no_delete");
            change.executeUpdate(statement);
        }
    }

    @Test
    void a_decision_that_is_rolled_back_leaves_no_entry() {
        assertThrows(
                IllegalStateException.class,
                () -> database.write(connection -> {
                    audit.append(AuditEntry.decision(now, "respond", null, "undone", Map.of()));
                    throw new IllegalStateException();
                }));
        assertEquals(0, audit.head().number());
        assertEquals(new AuditVerdict.Intact(audit.head()), verify());
    }

    @Test
    void a_database_with_another_schema_version_is_rejected(@TempDir Path old) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + old.resolve("functions.db"));
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("PRAGMA user_version = 1");
        }
        StoreUnavailable rejected = assertThrows(StoreUnavailable.class, () -> SqliteDatabase.open(old));
        assertTrue(String.valueOf(rejected.getMessage()).contains("schema version is 1"), rejected.getMessage());
    }
}
