package io.tiercel.functions.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.incident.Fingerprint;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentAlert;
import io.tiercel.functions.incident.IncidentClosure;
import io.tiercel.functions.incident.IncidentQuery;
import io.tiercel.functions.incident.IncidentRule;
import io.tiercel.functions.incident.IncidentState;
import io.tiercel.functions.incident.IncidentSummary;
import io.tiercel.functions.incident.Lifecycle;
import io.tiercel.functions.incident.RecordResult;
import io.tiercel.rules.alert.Priority;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The contract of {@link io.tiercel.functions.incident.IncidentStore}. */
public abstract class IncidentStoreContract extends StoreContract {
    private Incident record(String alertId, String rule, Instant time) {
        RecordResult recorded = stores.incidents()
                .record(Alerts.incidentAlert(alertId, rule, "Notice", time), IncidentRule.DEFAULT.maxOpen());
        return stores.incidents().find(recorded.incidentId()).orElseThrow();
    }

    @Test
    void an_aggregated_alert_counts_as_many_alerts() {
        String rule = "Read sensitive file";
        IncidentAlert first = Alerts.incidentAlert("node/1", rule, "Warning", NOW);
        IncidentAlert plain = Alerts.incidentAlert("node/2", rule, "Warning", NOW.plusSeconds(1));
        long last = plain.alert().timeNanos() + 4_000_000_000L;
        IncidentAlert claimed = new IncidentAlert(
                plain.alertId(),
                plain.alert().withOutputField("tiercel.count", 9L).withOutputField("tiercel.last_time", last),
                plain.document(),
                plain.fingerprint(),
                plain.enrichment());
        IncidentAlert nine = Alerts.from(Sender.ofNode("node-1"), claimed, claimed.fingerprint());
        for (IncidentAlert delivered : List.of(first, nine, nine)) {
            stores.incidents().record(delivered, IncidentRule.DEFAULT.maxOpen());
        }
        Incident incident =
                stores.incidents().find(first.fingerprint().incidentId()).orElseThrow();
        assertEquals(10, incident.count());
        assertEquals(last, incident.lastSeenNanos());
        assertEquals(2, incident.sample().size());
    }

    @Test
    void concurrent_workers_count_repeated_and_reordered_alerts_exactly() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        List<String> rules = List.of("Read sensitive file", "Shell in container", "History deleted");
        List<IncidentAlert> distinct = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            distinct.add(Alerts.incidentAlert(
                    "node/" + i,
                    rules.get(random.nextInt(rules.size())),
                    Priority.values()[random.nextInt(8)].label(),
                    NOW.plusNanos(random.nextInt()),
                    random.nextBoolean() ? "T1059" : "T1003",
                    "mitre_persistence"));
        }
        List<IncidentAlert> delivered = new ArrayList<>(distinct);
        for (int i = 0; i < 200; i++) {
            delivered.add(distinct.get(random.nextInt(distinct.size())));
        }
        Collections.shuffle(delivered, random);

        List<Callable<RecordResult>> tasks = new ArrayList<>();
        delivered.forEach(alert -> tasks.add(() -> stores.incidents().record(alert, IncidentRule.DEFAULT.maxOpen())));
        List<RecordResult> recorded = runConcurrently(tasks);

        assertEquals(200, recorded.stream().filter(RecordResult::duplicate).count(), "seed " + seed);
        assertEquals(3, recorded.stream().filter(RecordResult::opened).count(), "seed " + seed);
        Map<String, List<IncidentAlert>> byIncident = distinct.stream()
                .collect(Collectors.groupingBy(alert -> alert.fingerprint().incidentId()));
        assertEquals(3, byIncident.size());
        byIncident.forEach((id, alerts) -> {
            Incident incident = stores.incidents().find(id).orElseThrow();
            assertEquals(alerts.size(), incident.count(), "seed " + seed);
            assertEquals(
                    alerts.stream().mapToLong(a -> a.alert().timeNanos()).min().orElseThrow(),
                    incident.firstSeenNanos(),
                    "seed " + seed);
            assertEquals(
                    alerts.stream().mapToLong(a -> a.alert().timeNanos()).max().orElseThrow(),
                    incident.lastSeenNanos(),
                    "seed " + seed);
            assertEquals(
                    alerts.stream()
                            .map(a -> a.alert().priority())
                            .min(Priority::compareTo)
                            .orElseThrow(),
                    incident.priority(),
                    "seed " + seed);
            Set<String> tactics = new TreeSet<>();
            alerts.forEach(a -> tactics.addAll(a.enrichment().tactics()));
            assertEquals(tactics, incident.tactics(), "seed " + seed);
            assertEquals(Incident.SAMPLE_LIMIT, incident.sample().size(), "seed " + seed);
            assertEquals(Incident.SAMPLE_LIMIT, new HashSet<>(incident.sample()).size(), "seed " + seed);
        });
    }

    @Test
    void the_first_alert_determines_the_enrichment() {
        IncidentAlert first = Alerts.incidentAlert("a", "Read sensitive file", "Warning", NOW, "T1003.008", "host");
        assertEquals(
                new RecordResult(
                        first.fingerprint().incidentId(),
                        false,
                        true,
                        new IncidentSummary(
                                1,
                                first.enrichment().tactics().size(),
                                Priority.WARNING,
                                false,
                                Lifecycle.opened(),
                                0)),
                stores.incidents().record(first, IncidentRule.DEFAULT.maxOpen()));
        Incident expected = new Incident(
                first.fingerprint().incidentId(),
                first.fingerprint(),
                Priority.WARNING,
                1,
                0,
                first.alert().timeNanos(),
                first.alert().timeNanos(),
                NOW,
                NOW,
                new TreeSet<>(first.enrichment().tactics()),
                Lifecycle.opened(),
                first.enrichment(),
                0,
                new TreeSet<>(),
                List.of(first.document()));
        assertEquals(
                expected,
                stores.incidents().find(first.fingerprint().incidentId()).orElseThrow());
        stores = stores.reopen();
        assertEquals(
                expected,
                stores.incidents().find(first.fingerprint().incidentId()).orElseThrow());
    }

    @Test
    void a_repeated_alert_with_another_fingerprint_is_not_counted_again() {
        IncidentAlert before = Alerts.incidentAlert("a", "Read sensitive file", "Warning", NOW);
        Fingerprint cause = before.fingerprint();
        // As if the incident rules had changed between the two deliveries.
        IncidentAlert after = Alerts.from(
                Sender.NONE, before, new Fingerprint("", cause.rule(), cause.workload(), "", cause.target()));
        stores.incidents().record(before, IncidentRule.DEFAULT.maxOpen());
        assertEquals(
                new RecordResult(
                        before.fingerprint().incidentId(),
                        true,
                        false,
                        new IncidentSummary(1, 0, Priority.WARNING, false, Lifecycle.opened(), 0)),
                stores.incidents().record(after, IncidentRule.DEFAULT.maxOpen()));
        assertEquals(
                Optional.empty(), stores.incidents().find(after.fingerprint().incidentId()));
    }

    @Test
    void incidents_are_listed_last_seen_first() {
        for (int i = 0; i < 20; i++) {
            stores.incidents()
                    .record(
                            Alerts.incidentAlert(
                                    "a" + i, i % 2 == 0 ? "even " + i : "odd", "Notice", NOW.plusSeconds(i * 7 % 20)),
                            IncidentRule.DEFAULT.maxOpen());
        }
        List<Incident> all = stores.incidents().list(new IncidentQuery(null, null, 100));
        assertEquals(11, all.size());
        assertEquals(
                all.stream()
                        .map(Incident::lastSeenNanos)
                        .sorted(Collections.reverseOrder())
                        .toList(),
                all.stream().map(Incident::lastSeenNanos).toList());
        assertEquals(all.subList(0, 3), stores.incidents().list(new IncidentQuery(IncidentState.OPEN, null, 3)));
        assertEquals(
                List.of(10L),
                stores.incidents().list(new IncidentQuery(null, "odd", 5)).stream()
                        .map(Incident::count)
                        .toList());
        assertEquals(List.of(), stores.incidents().list(new IncidentQuery(IncidentState.CLOSED, null, 5)));
        assertTrue(all.stream().allMatch(incident -> incident.sample().isEmpty()));
    }

    @Test
    void a_health_message_is_stored_once() {
        IncidentAlert lost = Alerts.incidentAlert("node/boot/7", "Events lost", "Warning", NOW);
        stores.incidents().recordHealth(lost.alertId(), lost.alert(), "{\"n\":1}", true);
        stores.incidents().recordHealth(lost.alertId(), lost.alert(), "{\"n\":2}", true);
        assertEquals(List.of("{\"n\":1}"), stores.healthMessages());
        assertEquals(List.of(), stores.incidents().list(new IncidentQuery(null, null, 10)));
    }

    @Test
    void a_closed_incident_reopens_for_new_events_only() {
        Incident open = record("a", "rule", NOW);
        assertTrue(
                stores.incidents().close(open, new IncidentClosure(NOW, IncidentClosure.QUIET, open.lastSeenNanos())));
        assertFalse(
                stores.incidents().close(open, new IncidentClosure(NOW, IncidentClosure.QUIET, open.lastSeenNanos())),
                "closed already");
        Incident closed = record("b", "rule", NOW.minusSeconds(1));
        assertEquals(IncidentState.CLOSED, closed.state());
        assertEquals(
                new IncidentClosure(NOW, IncidentClosure.QUIET, nanos(NOW)),
                closed.lifecycle().closing());
        assertEquals(2, closed.count());
        assertEquals(
                List.of(), stores.incidents().quietSince(NOW.plusSeconds(1), 10), "closed incidents are not examined");
        assertEquals(
                1,
                stores.incidents()
                        .list(new IncidentQuery(IncidentState.CLOSED, null, 5))
                        .size());

        assertEquals(NOW, closed.openedAt());
        now = NOW.plusSeconds(5);
        RecordResult recorded = stores.incidents()
                .record(
                        Alerts.incidentAlert("c", "rule", "Notice", NOW.plusSeconds(1)),
                        IncidentRule.DEFAULT.maxOpen());
        assertTrue(recorded.opened());
        Incident again = stores.incidents().find(recorded.incidentId()).orElseThrow();
        assertEquals(IncidentState.OPEN, again.state());
        assertEquals(2, again.lifecycle().episode());
        assertNull(again.lifecycle().closing());
        assertEquals(3, again.count());
        assertEquals(NOW.plusSeconds(5), again.openedAt());
        assertEquals(1, stores.incidents().quietSince(now, 10).size());
        now = NOW.plusSeconds(6);
        assertEquals(NOW.plusSeconds(5), record("d", "rule", NOW.plusSeconds(2)).openedAt(), "it stays open");
    }

    @Test
    void an_incident_with_new_alerts_is_not_closed() {
        Incident observed = record("a", "rule", NOW);
        record("b", "rule", NOW);
        assertFalse(stores.incidents().close(observed, new IncidentClosure(NOW, IncidentClosure.QUIET, nanos(NOW))));
        assertEquals(
                IncidentState.OPEN,
                stores.incidents().find(observed.id()).orElseThrow().state());
    }

    @Test
    void the_longest_quiet_incidents_are_first() {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            now = NOW.plusSeconds(i);
            expected.add(record("a" + i, "rule " + i, NOW).id());
        }
        assertEquals(
                expected.subList(0, 5),
                stores.incidents().quietSince(NOW.plusSeconds(4), 10).stream()
                        .map(Incident::id)
                        .toList());
        assertEquals(2, stores.incidents().quietSince(NOW.plusSeconds(4), 2).size());
    }

    @Test
    void escalations_only_rise() {
        Incident incident = record("a", "rule", NOW);
        stores.incidents().markAudited(incident.id(), 2, 1);
        stores.incidents().markAudited(incident.id(), 1, 1);
        stores.incidents().markAudited("000000000000000000000000", 1, 1);
        assertEquals(Optional.empty(), stores.incidents().find("000000000000000000000000"));
        assertEquals(
                2,
                stores.incidents().find(incident.id()).orElseThrow().lifecycle().escalation());
        assertEquals(
                1,
                stores.incidents()
                        .list(new IncidentQuery(IncidentState.OPEN, 2, null, 5))
                        .size());
        assertEquals(
                0,
                stores.incidents()
                        .list(new IncidentQuery(IncidentState.OPEN, 3, null, 5))
                        .size());
    }
}
