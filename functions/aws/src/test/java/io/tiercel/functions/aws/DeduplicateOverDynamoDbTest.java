package io.tiercel.functions.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse.BatchItemFailure;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import com.amazonaws.services.lambda.runtime.events.SQSEvent.SQSMessage;
import io.tiercel.functions.audit.AuditHead;
import io.tiercel.functions.audit.AuditVerdict;
import io.tiercel.functions.audit.anchor.InMemoryAnchorStore;
import io.tiercel.functions.audit.verify.AuditVerification;
import io.tiercel.functions.aws.dynamodb.AuditTable;
import io.tiercel.functions.aws.dynamodb.DynamoDbAuditLog;
import io.tiercel.functions.aws.dynamodb.DynamoDbIncidentStore;
import io.tiercel.functions.aws.dynamodb.DynamoDbStateStore;
import io.tiercel.functions.aws.dynamodb.IncidentTable;
import io.tiercel.functions.contract.Alerts;
import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.incident.EnrichedAlert;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentAlert;
import io.tiercel.functions.incident.IncidentQuery;
import io.tiercel.functions.incident.IncidentRules;
import io.tiercel.functions.planning.AffectedTargets;
import io.tiercel.functions.stage.DeduplicateStage;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** The function {@code deduplicate} over DynamoDB: exact counts whatever fails, and what an alert costs. */
@Tag("packaged")
class DeduplicateOverDynamoDbTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final AtomicInteger TABLES = new AtomicInteger();
    private static final int ENVIRONMENTS = 4;

    private static Moto moto;

    private final String name = "deduplicate-" + TABLES.incrementAndGet();
    private final Set<String> published = Collections.synchronizedSet(new HashSet<>());

    @BeforeAll
    static void startMoto() throws Exception {
        moto = Moto.startOrSkip();
    }

    @AfterAll
    static void stopMoto() throws Exception {
        if (moto != null) {
            moto.close();
        }
    }

    @BeforeEach
    void createTables() {
        moto.setFaults(Faults.NONE);
        moto.createTable(name);
        moto.createAuditTable(name + "-audit");
    }

    /** A Lambda environment with what it remembers. */
    private DeduplicateFunction environment(DynamoDbClient client) {
        IncidentTable table = new IncidentTable(client, name, () -> NOW);
        return new DeduplicateFunction(
                new DeduplicateStage(
                        new DynamoDbIncidentStore(table),
                        new AffectedTargets(new DynamoDbStateStore(table)),
                        IncidentRules.defaults(),
                        new DynamoDbAuditLog(new AuditTable(client, name + "-audit")),
                        request -> published.add(request.incidentId()),
                        (_, _) -> {},
                        () -> NOW),
                Optional.empty());
    }

    private static List<String> failures(DeduplicateFunction function, List<SQSMessage> batch) {
        SQSEvent event = new SQSEvent();
        event.setRecords(batch);
        Context context = (Context) Proxy.newProxyInstance(
                Context.class.getClassLoader(), new Class<?>[] {Context.class}, (_, _, _) -> 30_000);
        return function.handleRequest(event, context).getBatchItemFailures().stream()
                .map(BatchItemFailure::getItemIdentifier)
                .toList();
    }

    private static SQSMessage message(String id, EnrichedAlert alert) {
        SQSMessage message = new SQSMessage();
        message.setMessageId(id);
        message.setBody(alert.toJson());
        return message;
    }

    /** Returns an alert of a node, whose event happened within a few seconds of the others. */
    private static EnrichedAlert alert(String id, String rule, int node, int millis) {
        EnrichedAlert alert = Alerts.enriched(id, rule, NOW.plusMillis(millis));
        IncidentAlert sent = Alerts.from(Sender.ofNode("node-" + node), alert.toIncidentAlert(), alert.fingerprint());
        return new EnrichedAlert(alert.alert(), alert.fingerprint(), sent.enrichment());
    }

    private List<Incident> incidents() {
        try (DynamoDbClient client = moto.dynamoDb()) {
            return new DynamoDbIncidentStore(new IncidentTable(client, name, () -> NOW))
                    .list(new IncidentQuery(null, null, 1_000));
        }
    }

    /** A standard queue: messages arrive in any batch, again after a failure, and sometimes although they were processed. */
    private static final class Queue {
        private final List<SQSMessage> messages = new ArrayList<>();
        private final Random random;

        Queue(long seed, List<SQSMessage> messages) {
            this.random = new Random(seed);
            this.messages.addAll(messages);
        }

        synchronized List<SQSMessage> receive() {
            List<SQSMessage> batch = new ArrayList<>();
            int size = 1 + random.nextInt(30);
            while (batch.size() < size && !messages.isEmpty()) {
                batch.add(messages.remove(random.nextInt(messages.size())));
            }
            return batch;
        }

        synchronized void answer(List<SQSMessage> batch, List<String> failed) {
            boolean lost = random.nextInt(4) == 0;
            batch.stream()
                    .filter(message -> lost || failed.contains(message.getMessageId()))
                    .forEach(messages::add);
        }
    }

    @Test
    void any_deliveries_count_each_alert_once_whatever_fails() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        List<EnrichedAlert> alerts = IntStream.range(0, 150)
                .mapToObj(i -> alert("a" + i, "rule " + i % 2, random.nextInt(5), random.nextInt(25_000)))
                .toList();
        List<SQSMessage> messages = new ArrayList<>();
        for (int i = 0; i < 220; i++) {
            // The sensor sends some alerts twice, in messages of their own.
            messages.add(message("m" + i, alerts.get(i < alerts.size() ? i : random.nextInt(alerts.size()))));
        }
        moto.setFaults(new Faults(seed, 0.05, 0.1, 0.3, List.of())
                .and(Faults.Rule.lose("DynamoDB.TransactWriteItems", 2, 6))
                .and(Faults.Rule.fail("DynamoDB.(Query|BatchGetItem|UpdateItem|PutItem)", 9, 6)));
        Queue queue = new Queue(seed, messages);
        List<Callable<Integer>> pollers = new ArrayList<>();
        for (int i = 0; i < ENVIRONMENTS; i++) {
            pollers.add(() -> poll(queue));
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(ENVIRONMENTS)) {
            for (Future<Integer> poller : threads.invokeAll(pollers)) {
                poller.get();
            }
        }
        moto.setFaults(Faults.NONE);
        Map<String, Long> counts = incidents().stream()
                .collect(Collectors.toMap(incident -> incident.fingerprint().rule(), Incident::count));
        assertEquals(Map.of("rule 0", 75L, "rule 1", 75L), counts, "seed " + seed);
        assertEquals(incidents().stream().map(Incident::id).collect(Collectors.toSet()), published, "seed " + seed);
        try (DynamoDbClient client = moto.dynamoDb()) {
            AuditVerification verification = new AuditVerification(
                    new DynamoDbAuditLog(new AuditTable(client, name + "-audit")).source(),
                    new InMemoryAnchorStore(),
                    null,
                    AuditHead.EMPTY,
                    null);
            assertInstanceOf(
                    AuditVerdict.Intact.class, verification.run(() -> false).verdict(), "seed " + seed);
        }
    }

    private int poll(Queue queue) {
        int batches = 0;
        // Without the client's retries, so that faults reach the function.
        try (DynamoDbClient client = moto.configure(DynamoDbClient.builder()
                        .httpClient(UrlConnectionHttpClient.create())
                        .overrideConfiguration(settings -> settings.retryStrategy(AwsRetryStrategy.doNotRetry())))
                .build()) {
            DeduplicateFunction function = environment(client);
            for (List<SQSMessage> batch = queue.receive(); !batch.isEmpty(); batch = queue.receive()) {
                queue.answer(batch, failures(function, batch));
                batches++;
            }
        }
        return batches;
    }

    /** Items and units per alert, from the second thousand of an incident on, whose alerts come from 300 nodes. */
    @Test
    void a_hot_incident_needs_few_writes_per_alert() {
        CapacityMeter meter = new CapacityMeter();
        try (DynamoDbClient client = moto.configure(DynamoDbClient.builder()
                        .httpClient(UrlConnectionHttpClient.create())
                        .overrideConfiguration(settings -> settings.addExecutionInterceptor(meter)))
                .build()) {
            DeduplicateFunction function = environment(client);
            AtomicInteger ids = new AtomicInteger();
            deliver(function, ids, 1_100, 100);
            Map<Integer, Double> items = new TreeMap<>();
            for (int size : List.of(1, 10, 100, 1_000)) {
                meter.reset();
                int alerts = size == 1 ? 20 : 1_000;
                deliver(function, ids, alerts, size);
                CapacityMeter.Totals totals = meter.totals(moto);
                items.put(size, (double) totals.items() / alerts);
                System.out.printf(
                        "hot incident, batches of %d: per alert %.3f write requests, %.3f items, %.3f write units, %.3f read"
                                + " units%n",
                        size,
                        (double) totals.requests() / alerts,
                        (double) totals.items() / alerts,
                        (double) totals.units() / alerts,
                        totals.readUnits() / alerts);
                assertEquals((alerts + size - 1) / size, totals.requests(), "one transaction for each batch");
            }
            assertEquals(ids.get(), incidents().getFirst().count());
            assertTrue(items.getOrDefault(10, 1.0) <= 0.3, items.toString());
            assertTrue(items.getOrDefault(100, 1.0) <= 0.1, items.toString());
            assertTrue(items.getOrDefault(1_000, 1.0) <= 0.01, items.toString());
        }
    }

    /** Delivers new alerts as a queue with 200 alerts per second does: a batch contains those of the last seconds. */
    private static void deliver(DeduplicateFunction function, AtomicInteger ids, int count, int size) {
        List<SQSMessage> batch = new ArrayList<>();
        Random random = new Random(19);
        for (int i = 0; i < count; i++) {
            int id = ids.incrementAndGet();
            batch.add(message("m" + id, alert("a" + id, "hot", id % 300, id * 5 + random.nextInt(5_000))));
            if (batch.size() == size || i == count - 1) {
                assertEquals(List.of(), failures(function, batch));
                batch.clear();
            }
        }
    }
}
