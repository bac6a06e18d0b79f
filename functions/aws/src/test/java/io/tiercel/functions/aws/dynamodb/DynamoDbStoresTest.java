package io.tiercel.functions.aws.dynamodb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.aws.Moto;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentAlert;
import io.tiercel.functions.incident.IncidentQuery;
import io.tiercel.functions.incident.IncidentState;
import io.tiercel.functions.incident.IncidentSummary;
import io.tiercel.functions.incident.Lifecycle;
import io.tiercel.functions.incident.RecordResult;
import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.notification.Acknowledgement;
import io.tiercel.functions.notification.NotificationRecord;
import io.tiercel.functions.notification.NotificationState;
import io.tiercel.rules.alert.Priority;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

@Tag("packaged")
class DynamoDbStoresTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final int WORKERS = 16;

    private static Moto moto;
    private static DynamoDbClient client;

    private String name;
    private DynamoDbIncidentStore incidents;
    private DynamoDbNotificationStore announcements;

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
        IncidentTable table = new IncidentTable(client, name, InstantSource.fixed(NOW));
        incidents = new DynamoDbIncidentStore(table);
        announcements = new DynamoDbNotificationStore(table);
    }

    @Test
    void anAggregatedAlertCountsAsManyAlerts() {
        String rule = "Read sensitive file";
        IncidentAlert first = Alerts.incidentAlert("node/1", rule, "Warning", NOW);
        IncidentAlert plain = Alerts.incidentAlert("node/2", rule, "Warning", NOW.plusSeconds(1));
        long last = plain.alert().timeNanos() + 4_000_000_000L;
        IncidentAlert nine = new IncidentAlert(
                plain.alertId(),
                plain.alert().withOutputField("tiercel.count", 9L).withOutputField("tiercel.last_time", last),
                plain.document(),
                plain.fingerprint(),
                plain.enrichment());
        for (IncidentAlert delivered : List.of(first, nine, nine)) {
            incidents.record(delivered);
        }
        Incident incident = incidents.find(first.fingerprint().incidentId()).orElseThrow();
        assertEquals(10, incident.count());
        assertEquals(last, incident.lastSeenNanos());
    }

    @Test
    void countsExactlyUnderRepetitionReorderingAndSixteenWorkers() throws Exception {
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

        List<RecordResult> recorded = new ArrayList<>();
        try (ExecutorService workers = Executors.newFixedThreadPool(WORKERS)) {
            List<Future<RecordResult>> results = new ArrayList<>();
            delivered.forEach(incidentAlert -> results.add(workers.submit(() -> incidents.record(incidentAlert))));
            for (Future<RecordResult> result : results) {
                recorded.add(result.get());
            }
        }

        assertEquals(200, recorded.stream().filter(RecordResult::duplicate).count(), "seed " + seed);
        assertEquals(3, recorded.stream().filter(RecordResult::opened).count(), "seed " + seed);
        Map<String, List<IncidentAlert>> byIncident = distinct.stream()
                .collect(Collectors.groupingBy(
                        incidentAlert -> incidentAlert.fingerprint().incidentId()));
        assertEquals(3, byIncident.size());
        byIncident.forEach((id, alerts) -> {
            Incident incident = incidents.find(id).orElseThrow();
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
    void keepsTheFirstEnrichment() {
        IncidentAlert first = Alerts.incidentAlert("a", "Read sensitive file", "Warning", NOW, "T1003.008", "host");
        assertEquals(
                new RecordResult(
                        first.fingerprint().incidentId(),
                        false,
                        true,
                        new IncidentSummary(1, first.enrichment().tactics().size(), Lifecycle.opened(), 0)),
                incidents.record(first));
        Incident incident = incidents.find(first.fingerprint().incidentId()).orElseThrow();
        assertEquals(
                new Incident(
                        first.fingerprint().incidentId(),
                        first.fingerprint(),
                        Priority.WARNING,
                        1,
                        first.alert().timeNanos(),
                        first.alert().timeNanos(),
                        NOW,
                        new TreeSet<>(first.enrichment().tactics()),
                        Lifecycle.opened(),
                        first.enrichment(),
                        List.of(first.document())),
                incident);
    }

    @Test
    void aRepeatedAlertWithAnotherFingerprintIsNotCountedAgain() {
        IncidentAlert before = Alerts.incidentAlert("a", "Old name", "Warning", NOW);
        IncidentAlert after = Alerts.incidentAlert("a", "New name", "Warning", NOW);
        incidents.record(before);
        assertEquals(
                new RecordResult(
                        before.fingerprint().incidentId(),
                        true,
                        false,
                        new IncidentSummary(1, 0, Lifecycle.opened(), 0)),
                incidents.record(after));
        assertEquals(Optional.empty(), incidents.find(after.fingerprint().incidentId()));
    }

    @Test
    void listsLastSeenFirst() {
        for (int i = 0; i < 20; i++) {
            incidents.record(Alerts.incidentAlert(
                    "a" + i, i % 2 == 0 ? "even " + i : "odd", "Notice", NOW.plusSeconds(i * 7 % 20)));
        }
        List<Incident> all = incidents.list(new IncidentQuery(null, null, 100));
        assertEquals(11, all.size());
        assertEquals(
                all.stream()
                        .map(Incident::lastSeenNanos)
                        .sorted(Collections.reverseOrder())
                        .toList(),
                all.stream().map(Incident::lastSeenNanos).toList());
        assertEquals(all.subList(0, 3), incidents.list(new IncidentQuery(IncidentState.OPEN, null, 3)));
        assertEquals(
                List.of(10L),
                incidents.list(new IncidentQuery(null, "odd", 5)).stream()
                        .map(Incident::count)
                        .toList());
        assertEquals(List.of(), incidents.list(new IncidentQuery(IncidentState.CLOSED, null, 5)));
        assertTrue(all.stream().allMatch(incident -> incident.sample().isEmpty()));
    }

    @Test
    void healthMessagesUseOneSlotEach() {
        IncidentAlert lost = Alerts.incidentAlert("node/boot/7", "Events lost", "Warning", NOW);
        incidents.recordHealth(lost.alertId(), lost.alert(), "{\"n\":1}");
        incidents.recordHealth(lost.alertId(), lost.alert(), "{\"n\":2}");
        List<Map<String, AttributeValue>> kept = client.query(query -> query.tableName(name)
                        .keyConditionExpression("pk = :pk")
                        .expressionAttributeValues(Map.of(":pk", AttributeValue.fromS("health"))))
                .items();
        assertEquals(
                List.of("{\"n\":1}"),
                kept.stream().map(item -> IncidentTable.text(item, "document")).toList());
    }

    @Test
    void owesWhatHasNotBeenToldYet() {
        String told = open("told", NOW);
        String growing = open("growing", NOW.plusSeconds(1));
        String waiting = open("waiting", NOW.plusSeconds(2));
        String silent = open("silent", NOW.plusSeconds(3));
        assertTrue(announcements.replace(told(told, "slack", 1, 10, NOW, 0, 1, null)));
        assertTrue(announcements.replace(told(growing, "slack", 1, 2, NOW.minusSeconds(5), 0, 1, null)));
        assertTrue(announcements.replace(
                told(waiting, "slack", 0, 1, NOW.plusMillis(1), 1, 0, "Slack responded with 500")));
        incidents.record(Alerts.incidentAlert("growing 2", "growing", "Notice", NOW));

        assertEquals(List.of(silent, growing), announcements.findPending("slack", NOW, 10));
        assertEquals(List.of(silent), announcements.findPending("slack", NOW, 1));
        assertEquals(List.of(silent, growing, waiting), announcements.findPending("slack", NOW.plusMillis(1), 10));
        assertEquals(
                Set.of(told, growing, waiting, silent),
                Set.copyOf(announcements.findPending("pager", NOW, 10)),
                "another channel has told nothing");
    }

    @Test
    void keepsAnnouncementsByChannel() {
        String incident = open("rule", NOW);
        assertEquals(List.of(), announcements.listRecords(incident));
        NotificationRecord slack = told(incident, "slack", 3, 10, NOW.plusMillis(7), 2, 5, "Slack responded with 500");
        NotificationRecord pager = told(incident, "pager", 1, 2, Instant.EPOCH, 0, 1, null);
        assertTrue(announcements.replace(slack));
        assertTrue(announcements.replace(pager));
        assertEquals(List.of(pager, slack), announcements.listRecords(incident));
        assertEquals(Optional.of(slack), announcements.findRecord(incident, "slack"));
        assertFalse(announcements.replace(slack), "somebody else was faster");
        assertFalse(
                announcements.replace(told("000000000000000000000000", "slack", 1, 2, NOW, 0, 1, null)),
                "no such incident");
        assertEquals(List.of(), announcements.listRecords("000000000000000000000000"), "no such incident");
    }

    @Test
    void aChangeOfStateIsOwedUnlessTheChannelIsHeld() {
        String closed = open("closed", NOW);
        String held = open("held", NOW);
        NotificationState ended = new NotificationState("closed", 1, "Warning", "", "");
        for (String id : List.of(closed, held)) {
            NotificationRecord told = told(id, "slack", 1, 10, NOW, id.equals(held) ? 1 : 0, 1, null);
            assertTrue(announcements.replace(new NotificationRecord(
                    id, "slack", 1, 10, NOW, told.attempts(), 1, null, ended, "C1 1.2", false, 1)));
        }
        assertEquals(List.of(closed), announcements.findPending("slack", NOW, 10));
    }

    @Test
    void keepsWhoTakesCare() {
        String incident = open("rule", NOW);
        assertEquals(Optional.empty(), announcements.acknowledgement(incident));
        announcements.acknowledge(new Acknowledgement(incident, 1, "slack:U1", 5));
        Acknowledgement second = new Acknowledgement(incident, 2, "slack:U2", 6);
        announcements.acknowledge(second);
        assertEquals(Optional.of(second), announcements.acknowledgement(incident));
        announcements.acknowledge(new Acknowledgement("000000000000000000000000", 1, "x", 1));
        assertEquals(Optional.empty(), announcements.acknowledgement("000000000000000000000000"));
    }

    private static NotificationRecord told(
            String incident,
            String channel,
            long count,
            long pendingFrom,
            Instant notBefore,
            int attempts,
            long sent,
            @Nullable String problem) {
        return new NotificationRecord(
                incident,
                channel,
                count,
                pendingFrom,
                notBefore,
                attempts,
                sent,
                problem,
                new NotificationState("open", 1, "Notice", "", ""),
                problem == null ? "C1 1.2" : null,
                false,
                1);
    }

    @Test
    void anUnreachableTableIsUnavailable() {
        IncidentTable missing = new IncidentTable(client, "no-such-table", InstantSource.fixed(NOW));
        StoreUnavailable unavailable = assertThrows(
                StoreUnavailable.class,
                () -> new DynamoDbIncidentStore(missing).record(Alerts.incidentAlert("a", "rule", "Notice", NOW)));
        String message = String.valueOf(unavailable.getMessage());
        assertTrue(message.startsWith("DynamoDB: could not read an incident: "), message);
        assertFalse(message.contains("\n"), message);
    }

    private String open(String rule, Instant time) {
        return incidents
                .record(Alerts.incidentAlert(rule, rule, "Notice", time))
                .incidentId();
    }
}
