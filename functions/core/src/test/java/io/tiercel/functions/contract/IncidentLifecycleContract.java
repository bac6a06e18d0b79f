package io.tiercel.functions.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.tiercel.functions.audit.AuditEntry;
import io.tiercel.functions.audit.AuditLog;
import io.tiercel.functions.audit.AuditRecord;
import io.tiercel.functions.audit.AuditVerdict;
import io.tiercel.functions.enrich.AttackTechniques;
import io.tiercel.functions.enrich.Enricher;
import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.incident.EnrichedAlert;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentAlert;
import io.tiercel.functions.incident.IncidentQuery;
import io.tiercel.functions.incident.IncidentRule;
import io.tiercel.functions.incident.IncidentRules;
import io.tiercel.functions.incident.IncidentRulesFile;
import io.tiercel.functions.incident.IncidentState;
import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.notification.silence.SilenceMaintenance;
import io.tiercel.functions.planning.AffectedTargets;
import io.tiercel.functions.planning.IncidentPlanContext;
import io.tiercel.functions.respond.ApprovalOutcome;
import io.tiercel.functions.respond.ReleaseOutcome;
import io.tiercel.functions.respond.Responder;
import io.tiercel.functions.respond.plan.PlanContext;
import io.tiercel.functions.respond.state.StateStore;
import io.tiercel.functions.stage.AlertReceipt;
import io.tiercel.functions.stage.DeduplicateStage;
import io.tiercel.functions.stage.EnrichStage;
import io.tiercel.functions.stage.IncidentCloser;
import io.tiercel.functions.stage.SweepStage;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The lifecycle of incidents, which the stages drive through the stores, and what the audit log says about it. */
public abstract class IncidentLifecycleContract extends StoreContract {
    private static final IncidentRules RULES = IncidentRulesFile.read("rules.yaml", """
        - rules: [Short]
          quiet: 1h
        - escalate: { tactics: 2, counts: [5, 10] }
        """);

    private final AtomicInteger sweeps = new AtomicInteger();
    private final List<String> responseRequests = Collections.synchronizedList(new ArrayList<>());
    private final EnrichStage enrichStage = new EnrichStage(new Enricher("", AttackTechniques.load()), RULES);

    @BeforeEach
    void setClock() {
        now = Instant.parse("2026-01-01T01:00:00Z");
    }

    private DeduplicateStage deduplicateStage(IncidentRules rules) {
        return new DeduplicateStage(
                stores.incidents(),
                new AffectedTargets(stores.state()),
                rules,
                stores.audit(),
                request -> responseRequests.add(request.change()),
                (incident, change) -> {},
                () -> now);
    }

    @Test
    void a_failing_responder_does_not_keep_quiet_incidents_open() {
        process(Alerts.json("a1", "rule", 0));
        now = now.plus(Duration.ofDays(2));
        Responder failing = new Responder() {
            @Override
            public void respond(String incidentId) {}

            @Override
            public ApprovalOutcome approve(String incidentId, String planId, String by) {
                return new ApprovalOutcome.AlreadyApproved();
            }

            @Override
            public ReleaseOutcome release(String incidentId, String by) {
                return ReleaseOutcome.REQUESTED;
            }

            @Override
            public void sweep() {
                assertEquals(IncidentState.OPEN, only().state(), "responses are continued first");
                throw new IllegalStateException("the responder fails");
            }
        };
        SweepStage stage =
                new SweepStage(stores.incidents(), RULES, failing, closer(), silences(), stores.state(), () -> now);
        assertEquals(
                "the responder fails",
                assertThrows(IllegalStateException.class, stage::sweep).getMessage());
        assertNotEquals(IncidentState.OPEN, only().state());
    }

    @Test
    void a_sweep_that_ends_before_it_publishes_a_closing_is_continued() {
        process(Alerts.json("a1", "rule", 0));
        now = now.plus(Duration.ofDays(2));
        List<String> published = new ArrayList<>();
        List<RuntimeException> crashes = new ArrayList<>(List.of(new IllegalStateException("the process ends")));
        IncidentCloser crashing = new IncidentCloser(
                stores.incidents(),
                stores.audit(),
                (incident, change) -> {
                    if (!crashes.isEmpty()) {
                        throw crashes.removeFirst();
                    }
                    published.add(incident);
                },
                () -> now);
        SweepStage stage = new SweepStage(
                stores.incidents(), RULES, new SweepCounter(sweeps), crashing, silences(), stores.state(), () -> now);
        assertThrows(IllegalStateException.class, stage::sweep);
        assertNotEquals(IncidentState.OPEN, only().state());
        assertEquals(0, stage.sweep());
        assertEquals(List.of(only().id()), published);
        assertEquals(0, stage.sweep());
        assertEquals(1, published.size(), "once");
    }

    @Test
    void a_sweep_closes_nothing_that_is_not_in_its_journal() {
        process(Alerts.json("a1", "rule", 0));
        now = now.plus(Duration.ofDays(2));
        StateStore replaced = (StateStore) Proxy.newProxyInstance(
                StateStore.class.getClassLoader(),
                new Class<?>[] {StateStore.class},
                (_, method, arguments) -> method.getName().equals("write") && arguments[0].equals("incident-closing")
                        ? Boolean.FALSE
                        : method.invoke(stores.state(), arguments));
        SweepStage stage = new SweepStage(
                stores.incidents(), RULES, new SweepCounter(sweeps), closer(), silences(), replaced, () -> now);
        assertEquals(0, stage.sweep());
        assertEquals(IncidentState.OPEN, only().state());
        assertEquals(1, sweep());
    }

    private int sweep() {
        return new SweepStage(
                        stores.incidents(),
                        RULES,
                        new SweepCounter(sweeps),
                        closer(),
                        silences(),
                        stores.state(),
                        () -> now)
                .sweep();
    }

    private SilenceMaintenance silences() {
        return new SilenceMaintenance(stores.state(), stores.audit(), (incident, change) -> {}, () -> now);
    }

    private IncidentCloser closer() {
        return new IncidentCloser(stores.incidents(), stores.audit(), (incident, change) -> {}, () -> now);
    }

    private record SweepCounter(AtomicInteger sweeps) implements Responder {
        @Override
        public void respond(String incidentId) {}

        @Override
        public ApprovalOutcome approve(String incidentId, String planId, String by) {
            return new ApprovalOutcome.AlreadyApproved();
        }

        @Override
        public ReleaseOutcome release(String incidentId, String by) {
            return ReleaseOutcome.REQUESTED;
        }

        @Override
        public void sweep() {
            sweeps.incrementAndGet();
        }
    }

    private AlertReceipt process(String alert) {
        return process(alert, RULES);
    }

    private AlertReceipt process(String alert, IncidentRules rules) {
        return process(alert, rules, Sender.NONE);
    }

    private AlertReceipt process(String alert, IncidentRules rules, Sender from) {
        try {
            return switch (enrichStage.enrich(Json.MAPPER.readTree(alert), from)) {
                case EnrichStage.Result.Health(var message, var sender) ->
                    deduplicateStage(rules).recordHealth(message, sender);
                case EnrichStage.Result.Enriched enriched ->
                    deduplicateStage(rules).count(enriched.alert());
            };
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private Incident only() {
        List<Incident> all = stores.incidents().list(new IncidentQuery(null, null, 10));
        assertEquals(1, all.size());
        return all.getFirst();
    }

    private List<String> auditSummaries() throws Exception {
        List<String> summaries = new ArrayList<>();
        for (AuditRecord record : stores.audit().entriesFor(only().id(), 100)) {
            summaries.add(Json.MAPPER.readTree(record.line()).get("summary").textValue());
        }
        return summaries;
    }

    private Map<String, Long> counts(String prefix) {
        Map<String, Long> counts = new HashMap<>();
        stores.incidents().list(new IncidentQuery(null, null, 10_000)).stream()
                .filter(incident -> incident.fingerprint().rule().startsWith(prefix))
                .forEach(incident -> counts.merge(incident.fingerprint().rule(), incident.count(), Long::sum));
        return counts;
    }

    @Test
    void shuffled_and_repeated_alerts_make_one_incident_per_cause_with_exact_counts() {
        int runs = stores.slow() ? 3 : 25;
        for (int run = 0; run < runs; run++) {
            long seed = new Random().nextLong();
            Random random = new Random(seed);
            // The first runs use the smallest and the largest number of alerts.
            int[] sizes = run == 0
                    ? new int[] {1}
                    : run == 1 && !stores.slow()
                            ? new int[] {40, 40, 40, 40}
                            : IntStream.generate(() -> 1 + random.nextInt(40))
                                    .limit(1 + random.nextInt(4))
                                    .toArray();
            verifyCounts("run" + run + "-", sizes, seed);
        }
    }

    private void verifyCounts(String prefix, int[] sizes, long seed) {
        Random random = new Random(seed);
        Map<String, Long> expected = new HashMap<>();
        List<String> alerts = new ArrayList<>();
        for (int cause = 0; cause < sizes.length; cause++) {
            alerts.addAll(Alerts.ofOneIncident(prefix + cause, prefix + cause, sizes[cause]));
            expected.put(prefix + cause, (long) sizes[cause]);
        }
        List<String> deliveries = new ArrayList<>(alerts);
        for (int i = 0; i < alerts.size(); i++) {
            deliveries.add(alerts.get(random.nextInt(alerts.size())));
        }
        Collections.shuffle(deliveries, random);
        deliveries.forEach(alert -> process(alert, IncidentRules.defaults()));
        assertEquals(expected, counts(prefix), "seed " + seed);
        List<Incident> listed = stores.incidents().list(new IncidentQuery(IncidentState.OPEN, prefix + 0, 10));
        assertEquals(1, listed.size(), "seed " + seed);
        Incident incident = stores.incidents().find(listed.getFirst().id()).orElseThrow();
        assertEquals(1767225600_000_000_000L, incident.firstSeenNanos(), "seed " + seed);
        assertEquals(
                (sizes[0] - 1) * 1_000_000_000L, incident.lastSeenNanos() - incident.firstSeenNanos(), "seed " + seed);
        assertEquals(
                Math.min(Incident.SAMPLE_LIMIT, sizes[0]), incident.sample().size(), "seed " + seed);
    }

    /** One alert, and one that aggregates nine, count ten, no matter how often they are delivered. Of an unverified sender, both count one. */
    @Test
    void an_aggregated_alert_counts_as_many_alerts() {
        String aggregated = Alerts.json("node/2", "Read of shadow", 1)
                .replace("\"proc.pid\":1", "\"tiercel.count\":9,\"tiercel.last_time\":1767225605000000000");
        for (String alert : List.of(Alerts.json("node/1", "Read of shadow", 0), aggregated, aggregated)) {
            process(alert, RULES, Sender.ofNode("node-7"));
        }
        process(aggregated.replace("node/2", "node/3"));
        assertEquals(11, only().count());
        assertEquals(1767225605000000000L, only().lastSeenNanos());
        assertEquals(
                3, stores.incidents().find(only().id()).orElseThrow().sample().size());
    }

    @Test
    void workers_that_all_receive_all_alerts_count_exactly() throws Exception {
        int one = stores.slow() ? 15 : 300;
        int other = stores.slow() ? 5 : 100;
        List<String> alerts = new ArrayList<>(Alerts.ofOneIncident("a", "One", one));
        alerts.addAll(Alerts.ofOneIncident("b", "Other", other));
        List<Callable<Long>> works = new ArrayList<>();
        for (int worker = 0; worker < WORKERS; worker++) {
            List<String> shuffled = new ArrayList<>(alerts);
            Collections.shuffle(shuffled, new Random(worker));
            works.add(() -> shuffled.stream()
                    .map(alert -> process(alert, IncidentRules.defaults()))
                    .filter(receipt -> !receipt.outcome().equals("duplicate"))
                    .count());
        }
        assertEquals(
                one + other,
                runConcurrently(works).stream().mapToLong(Long::longValue).sum());
        assertEquals(Map.of("One", (long) one, "Other", (long) other), counts(""));
    }

    @Test
    void a_sensors_message_about_itself_is_not_an_incident() {
        String message = Alerts.json("h", "Tiercel internal: events lost", 1).replace("\"syscall\"", "\"internal\"");
        assertEquals("health", process(message).outcome());
        process(message);
        assertEquals(List.of(), stores.incidents().list(new IncidentQuery(null, null, 10)));
        assertEquals(1, stores.healthMessages().size());
        assertTrue(stores.healthMessages().getFirst().contains("events lost"));
    }

    @Test
    void a_quiet_incident_is_closed_and_reopens_when_its_cause_recurs() throws Exception {
        process(Alerts.json("a", "Short", 1));
        now = now.plus(Duration.ofMinutes(59));
        assertEquals(0, sweep());
        // An alert about an older event also restarts the quiet time.
        process(Alerts.json("b", "Short", 0));
        now = now.plus(Duration.ofMinutes(59));
        assertEquals(0, sweep());
        now = now.plus(Duration.ofMinutes(1));
        assertEquals(1, sweep());
        assertEquals(0, sweep());
        assertEquals(4, sweeps.get());
        assertEquals("closed", only().lifecycle().label());

        process(Alerts.json("late", "Short", 1));
        assertEquals("closed", only().lifecycle().label());
        process(Alerts.json("again", "Short", 2));
        assertEquals("open", only().lifecycle().label());
        assertEquals(2, only().lifecycle().episode());
        assertEquals(4, only().count());
        assertEquals(
                List.of("open", "close: no alerts since 2026-01-01T01:59:00Z", "reopen as episode 2"),
                auditSummaries());
    }

    private static String inPod(String id, String pod, int second) {
        return Alerts.json(id, "Short", second)
                .replace(
                        "\"container.id\":\"host\"",
                        "\"container.id\":\"3ad7b26ded6d\",\"container.image.repository\":\"shop/cart\","
                                + "\"container.name\":\"cart\",\"k8s.ns.name\":\"shop\",\"k8s.pod.name\":\"" + pod
                                + "\"");
    }

    private PlanContext planContext() {
        PlanContext context =
                new IncidentPlanContext(stores.incidents(), new AffectedTargets(stores.state())).find(only().id());
        assertNotNull(context);
        return context;
    }

    private List<String> pods() {
        return planContext().targets().stream()
                .map(target -> String.valueOf(target.enrichment().host().pod()))
                .toList();
    }

    @Test
    void each_episode_lists_each_affected_target_once() {
        process(inPod("a", "cart-1", 1));
        process(inPod("b", "cart-2", 2));
        String second = responseRequests.getLast();
        assertNotEquals(responseRequests.getFirst(), second, "a new target causes a new request");
        process(inPod("b", "cart-2", 2));
        process(inPod("a", "cart-1", 1));
        assertEquals(second, responseRequests.getLast());
        assertEquals(List.of("cart-1", "cart-2"), pods());

        now = now.plus(Duration.ofHours(1));
        assertEquals(1, sweep());
        process(inPod("c", "cart-2", 60));
        assertEquals(List.of("cart-2"), pods());
        for (int i = 10; i < 20; i++) {
            process(inPod("d" + i, "cart-" + i, 61));
        }
        assertEquals(AffectedTargets.MAX_TARGETS, pods().size());
        assertTrue(planContext().hasMoreTargets());
    }

    @Test
    void a_sensor_whose_clock_is_ahead_does_not_keep_its_incident_closed() {
        process(Alerts.json("a", "Short", 1).replace("2026-01-01", "2199-01-01"));
        now = now.plus(Duration.ofHours(1));
        assertEquals(1, sweep());
        // The event happened after the last alert arrived, so it is not a late one.
        process(Alerts.json("b", "Short", 1).replace("2026-01-01T00", "2026-01-01T01"));
        assertEquals("open", only().lifecycle().label());
    }

    @Test
    void each_threshold_escalates_once_in_any_order_of_alerts() throws Exception {
        List<String> alerts = new ArrayList<>(Alerts.ofOneIncident("a", "Rule", 12));
        alerts.set(7, alerts.get(7).replace("\"T1003\",\"mitre_credential_access\"", "\"mitre_persistence\""));
        List<String> delivered = new ArrayList<>(alerts);
        delivered.addAll(alerts);
        Collections.shuffle(delivered, new Random(3));
        delivered.forEach(this::process);
        assertEquals("escalated", only().lifecycle().label());
        assertEquals(3, only().lifecycle().escalation());
        List<String> summaries = auditSummaries();
        assertEquals(4, summaries.size(), summaries.toString());
        assertEquals("open", summaries.getFirst());
        assertTrue(
                summaries.getLast().startsWith("escalate to level 3: 2 tactics, 5 alerts, 10 alerts"),
                summaries.toString());
        assertEquals(
                1, stores.incidents().list(new IncidentQuery(null, 3, null, 10)).size());
        assertEquals(
                0, stores.incidents().list(new IncidentQuery(null, 4, null, 10)).size());
    }

    @Test
    void a_person_closes_an_incident_once() {
        process(Alerts.json("a", "Rule", 1));
        process(Alerts.json("b", "Rule", 2));
        assertEquals(IncidentCloser.Outcome.CLOSED, closer().close(only().id(), "ada"));
        assertEquals(IncidentCloser.Outcome.ALREADY_CLOSED, closer().close(only().id(), "ada"));
        assertEquals(IncidentCloser.Outcome.UNKNOWN, closer().close("000000000000000000000000", "ada"));
    }

    @Test
    void counts_stay_exact_while_the_incident_is_closed_again_and_again() throws Exception {
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
        now = NOW.plusSeconds(alerts / 2);
        List<Callable<Boolean>> works = new ArrayList<>();
        for (int i = 0; i < delivered.size(); i++) {
            IncidentAlert alert = delivered.get(i);
            works.add(() -> stores.incidents()
                    .record(alert, IncidentRule.DEFAULT.maxOpen())
                    .opened());
            if (i % 20 == 10) {
                works.add(() -> closer().close(id, "ada") == IncidentCloser.Outcome.CLOSED);
            }
        }
        runConcurrently(works);
        Incident incident = stores.incidents().find(id).orElseThrow();
        assertEquals(alerts, incident.count(), "seed " + seed);
        long closed = stores.audit().entriesFor(id, 1_000).stream()
                .filter(record -> record.line().contains("\"close\""))
                .count();
        assertTrue(incident.lifecycle().episode() <= closed + 1, incident.lifecycle() + " seed " + seed);
        assertInstanceOf(AuditVerdict.Intact.class, stores.verifyAudit());
    }

    @Test
    void a_crash_after_any_call_loses_no_count_no_audit_entry_and_no_event() {
        for (int crash = 0; crash < 5; crash++) {
            CrashAfterCall crashing = new CrashAfterCall(crash);
            AuditLog audit = stores.audit();
            List<String> published = new ArrayList<>();
            DeduplicateStage stage = new DeduplicateStage(
                    stores.incidents(),
                    new AffectedTargets(stores.state()),
                    IncidentRulesFile.read("rules.yaml", "- escalate: {counts: [2]}"),
                    new AuditLog() {
                        @Override
                        public void append(AuditEntry entry) {
                            crashing.call(() -> audit.append(entry));
                        }

                        @Override
                        public List<AuditRecord> entriesFor(String incidentId, int limit) {
                            return audit.entriesFor(incidentId, limit);
                        }
                    },
                    request -> crashing.call(() -> published.add(request.change())),
                    (incident, change) -> crashing.call(() -> published.add(incident)),
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
                Incident incident = stores.incidents().find(incidentId).orElseThrow();
                assertEquals(id.equals("a") ? 1 : 2, incident.count());
                assertEquals(id.equals("a") ? 0 : 1, incident.lifecycle().escalation());
                assertTrue(
                        published.contains("1-" + incident.lifecycle().escalation() + "-0-" + incident.count() + "-1"),
                        published.toString());
                assertTrue(published.contains(incidentId), published.toString());
            }
            String incidentId = Alerts.enriched("c", rule, NOW).fingerprint().incidentId();
            List<String> lines = audit.entriesFor(incidentId, 10).stream()
                    .map(AuditRecord::line)
                    .toList();
            assertTrue(lines.stream().anyMatch(line -> line.contains("\"open\"")), lines.toString());
            assertTrue(
                    lines.stream().anyMatch(line -> line.contains("escalate to level 1: 2 alerts")), lines.toString());
        }
    }

    /** Delegates each call, and fails once after the call, like a process that dies before it receives the result. */
    private static final class CrashAfterCall {
        private int left;

        CrashAfterCall(int calls) {
            left = calls;
        }

        void call(Runnable work) {
            work.run();
            if (left-- == 0) {
                throw new StoreUnavailable("crash", new IllegalStateException());
            }
        }
    }
}
