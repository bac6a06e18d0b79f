package io.tiercel.bench.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.aws.dynamodb.DynamoDbIncidentStore;
import io.tiercel.functions.aws.dynamodb.IncidentTable;
import io.tiercel.functions.contract.Alerts;
import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.incident.Fingerprint;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentAlert;
import io.tiercel.functions.incident.IncidentClosure;
import io.tiercel.functions.incident.IncidentQuery;
import io.tiercel.functions.incident.IncidentStore;
import io.tiercel.functions.incident.IncidentStore.RecordRequest;
import io.tiercel.functions.incident.RecordResult;
import io.tiercel.functions.incident.StoreUnavailable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Tag;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.InternalServerErrorException;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputExceededException;

/**
 * Several Lambda environments count batches at the same time, in one table. Before any request of one environment, another one may
 * process a whole batch. A request may fail, and the response of a transaction may be lost. Whatever the batches are, each alert counts
 * once.
 */
@Tag("unit")
class InterleavedBatchesPropertyTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final int MAX_OPEN = 2;
    private static final int ENVIRONMENTS = 4;

    @Property(tries = 60)
    void each_alert_counts_once(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 30) int alerts, @ForAll @IntRange(max = 2) int faults) {
        World world = new World(seed, alerts, faults);
        world.run();
        world.check();
    }

    /** One table, its environments, and the batches that they have not counted yet. */
    private static final class World {
        private final Random random;
        private final double faultRate;
        private final InMemoryTables tables = new InMemoryTables(Consumption.Meter.NONE);
        private final List<IncidentAlert> distinct = new ArrayList<>();
        private final Deque<List<IncidentAlert>> batches = new ArrayDeque<>();
        private final List<IncidentStore> environments = new ArrayList<>();
        private int running;
        private int lost;
        private int counted;

        World(long seed, int alerts, int faults) {
            random = new Random(seed);
            faultRate = faults * 0.04;
            tables.createTable("incidents", TableSchema.INCIDENTS);
            for (int i = 0; i < ENVIRONMENTS; i++) {
                environments.add(new DynamoDbIncidentStore(new IncidentTable(faulty(), "incidents", () -> NOW)));
            }
            for (int i = 0; i < alerts; i++) {
                distinct.add(alert(i));
            }
            for (int delivery = 0; delivery < 3; delivery++) {
                List<IncidentAlert> rest = new ArrayList<>(distinct);
                Collections.shuffle(rest, random);
                while (!rest.isEmpty()) {
                    int size = Math.min(1 + random.nextInt(8), rest.size());
                    batches.add(List.copyOf(rest.subList(0, size)));
                    rest = rest.subList(size, rest.size());
                }
            }
        }

        /** Few causes and times, so that batches share incidents and logs, and fold. */
        private IncidentAlert alert(int number) {
            Instant time = NOW.minusSeconds(random.nextInt(3) * 7L);
            IncidentAlert alert = Alerts.incidentAlert("a" + number, "rule", "Notice", time);
            return Alerts.from(
                    random.nextBoolean() ? Sender.NONE : Sender.ofNode("node-" + random.nextInt(3)),
                    alert,
                    new Fingerprint("", "rule", "host", "", "target " + random.nextInt(5)));
        }

        private DynamoDbClient faulty() {
            return (DynamoDbClient) Proxy.newProxyInstance(
                    DynamoDbClient.class.getClassLoader(),
                    new Class<?>[] {DynamoDbClient.class},
                    (_, method, arguments) -> {
                        if (random.nextInt(6) == 0) {
                            countNext();
                        }
                        if (random.nextDouble() < faultRate) {
                            throw ProvisionedThroughputExceededException.builder()
                                    .message("throttled")
                                    .build();
                        }
                        Object response;
                        try {
                            response = method.invoke(tables, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                        if (method.getName().equals("transactWriteItems") && random.nextDouble() < faultRate) {
                            lost++;
                            throw InternalServerErrorException.builder()
                                    .message("the response is lost")
                                    .build();
                        }
                        return response;
                    });
        }

        void run() {
            while (!batches.isEmpty()) {
                countNext();
            }
        }

        /** Lets an idle environment count the next batch, or close an incident. */
        private void countNext() {
            List<IncidentAlert> batch = running < ENVIRONMENTS ? batches.poll() : null;
            if (batch == null) {
                return;
            }
            IncidentStore store = environments.get(running++);
            try {
                List<RecordResult> results = store.recordAll(batch.stream()
                        .map(alert -> new RecordRequest(alert, MAX_OPEN))
                        .toList());
                counted += (int)
                        results.stream().filter(result -> !result.duplicate()).count();
                if (random.nextInt(4) == 0) {
                    closeAny(store);
                }
            } catch (StoreUnavailable e) {
                // SQS delivers the messages again.
                batches.add(batch);
            } finally {
                running--;
            }
        }

        private void closeAny(IncidentStore store) {
            try {
                List<Incident> incidents = store.list(new IncidentQuery(null, null, 100));
                if (!incidents.isEmpty()) {
                    Incident seen = incidents.get(random.nextInt(incidents.size()));
                    store.close(seen, new IncidentClosure(NOW, "ann", seen.lastSeenNanos()));
                }
            } catch (StoreUnavailable e) {
                assertTrue(faultRate > 0, () -> String.valueOf(e.getMessage()));
            }
        }

        void check() {
            List<Incident> incidents = new DynamoDbIncidentStore(new IncidentTable(tables, "incidents", () -> NOW))
                    .list(new IncidentQuery(null, null, 100));
            assertEquals(
                    distinct.size(),
                    incidents.stream().mapToLong(Incident::count).sum());
            assertEquals(
                    distinct.stream().mapToLong(IncidentAlert::verifiedCount).sum(),
                    incidents.stream().mapToLong(Incident::verifiedCount).sum());
            assertTrue(counted <= distinct.size(), counted + " results");
            assertTrue(counted == distinct.size() || lost > 0 || faultRate > 0, counted + " results");
            assertEquals(
                    incidents.size(),
                    Set.copyOf(incidents.stream().map(Incident::id).toList()).size());
        }
    }
}
