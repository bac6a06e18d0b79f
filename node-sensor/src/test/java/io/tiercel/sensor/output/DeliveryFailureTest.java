package io.tiercel.sensor.output;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.http.TlsFiles;
import io.tiercel.sensor.identity.CredentialSource;
import io.tiercel.sensor.spool.Spool;
import io.tiercel.sensor.spool.SpoolException;
import io.tiercel.sensor.spool.SpoolOptions;
import io.tiercel.sensor.spool.SpooledAlert;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A shipper whose receiver accepts only part of a batch, or nothing. */
@Tag("unit")
class DeliveryFailureTest {
    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    private Spool spool;

    @BeforeEach
    void openSpool() throws SpoolException {
        spool = Spool.open(folder, SpoolOptions.defaults());
    }

    @AfterEach
    void closeSpool() throws SpoolException {
        spool.close();
    }

    private List<String> append(int from, int to) throws SpoolException {
        for (int i = from; i < to; i++) {
            spool.append(ShipperTest.alert("n/b/" + i, "message"));
        }
        return IntStream.range(from, to).mapToObj(i -> "n/b/" + i).toList();
    }

    /** Accepts those alerts of each batch that the test selects. */
    private static final class PartialTarget implements BatchTarget {
        private final AcceptFunction accepts;
        private final List<List<Long>> batches = new ArrayList<>();
        private final List<Long> stored = new ArrayList<>();

        private interface AcceptFunction {
            boolean test(int batch, long index);
        }

        PartialTarget(AcceptFunction accepts) {
            this.accepts = accepts;
        }

        @Override
        public int maxAlerts() {
            return 10;
        }

        @Override
        public int maxBytes() {
            return 1 << 18;
        }

        @Override
        public synchronized BatchResult send(List<SpooledAlert> alerts) {
            int number = batches.size();
            batches.add(alerts.stream().map(SpooledAlert::index).toList());
            List<AlertResult> statuses = new ArrayList<>();
            for (SpooledAlert alert : alerts) {
                boolean accepted = accepts.test(number, alert.index());
                statuses.add(accepted ? AlertResult.STORED : AlertResult.RETRY);
                if (accepted) {
                    stored.add(alert.index());
                }
            }
            return BatchResult.of(statuses, "not now");
        }

        synchronized List<List<Long>> batches() {
            return List.copyOf(batches);
        }

        synchronized List<Long> stored() {
            return List.copyOf(stored);
        }

        @Override
        public void close() {}
    }

    private static List<Long> indexes(long from, long to) {
        return LongStream.range(from, to).boxed().toList();
    }

    @Test
    void resendsOnlyTheRestAndBeforeNewerAlerts() throws Exception {
        append(0, 15);
        long first = spool.peek(1, 1).getFirst().index();
        PartialTarget target = new PartialTarget((batch, index) -> switch (batch) {
            case 0 -> index - first != 3 && index - first != 7;
            case 1 -> index - first != 7;
            default -> true;
        });
        try (Shipper shipper = Shipper.start(spool, target, folder)) {
            await().until(() -> shipper.counts().delivered() == 15);
            assertEquals(
                    List.of(indexes(0, 10), List.of(3L, 7L), List.of(7L), indexes(10, 15)),
                    target.batches().stream()
                            .map(batch -> batch.stream().map(i -> i - first).toList())
                            .toList());
            await().until(() -> spool.counts().pending() == 0);
            assertEquals(0, shipper.counts().failedBatches());
        }
    }

    @Test
    void deliversTheRestAfterARestart() throws Exception {
        append(0, 10);
        long first = spool.peek(1, 1).getFirst().index();
        PartialTarget partial = new PartialTarget((_, index) -> index - first != 4);
        Shipper shipper = Shipper.start(spool, partial, folder);
        await().until(() -> shipper.counts().failedBatches() > 0);
        assertFalse(shipper.stop(Duration.ofSeconds(1)));
        assertEquals(6, spool.counts().pending());
        PartialTarget all = new PartialTarget((_, _) -> true);
        try (Shipper next = Shipper.start(spool, all, folder)) {
            await().until(() -> spool.counts().pending() == 0);
            assertEquals(6, next.counts().delivered());
            assertEquals(first + 4, all.stored().getFirst());
        }
    }

    @Test
    void theCircuitOpensProbesAndCloses() throws Exception {
        List<String> ids = append(0, 50);
        AtomicBoolean down = new AtomicBoolean(true);
        List<Integer> sizesWhileOpen = Collections.synchronizedList(new ArrayList<>());
        AtomicReference<Shipper> started = new AtomicReference<>();
        try (FaultyServer server = new FaultyServer(0, batch -> {
                    Shipper shipper = started.get();
                    if (shipper != null && shipper.counts().circuitOpen()) {
                        sizesWhileOpen.add(batch.size());
                    }
                    return down.get() ? 503 : 202;
                });
                Shipper shipper = Shipper.start(
                        spool,
                        new HttpBatchTarget(server.url(), Map.of(), TlsFiles.none(), CredentialSource.NONE, TIMEOUT),
                        folder,
                        new RefusedAlerts(),
                        new CircuitBreaker(200))) {
            started.set(shipper);
            await().until(() -> shipper.counts().circuitOpen() && sizesWhileOpen.size() >= 3);
            assertTrue(shipper.counts().failedBatches() >= CircuitBreaker.FAILURE_THRESHOLD);
            assertEquals(0, shipper.counts().delivered());
            assertTrue(shipper.counts().oldestSeconds() > 0);
            down.set(false);
            await().until(() -> shipper.counts().delivered() == 50);
            assertFalse(shipper.counts().circuitOpen());
            assertEquals(Set.of(1), Set.copyOf(sizesWhileOpen));
            assertEquals(ids, server.stored());
            assertEquals(0, shipper.counts().oldestSeconds());
        }
    }

    @Test
    void delaysOfTheCircuitBreakerGrowToTheirMaximum() {
        CircuitBreaker breaker = new CircuitBreaker(CircuitBreaker.MAX_DELAY_MS);
        for (int i = 1; i < CircuitBreaker.FAILURE_THRESHOLD; i++) {
            assertFalse(breaker.recordFailure());
            assertFalse(breaker.isOpen());
        }
        assertTrue(breaker.recordFailure());
        assertFalse(breaker.recordFailure(), "it opens once");
        long delay = 0;
        for (int i = 0; i < 20; i++) {
            delay = breaker.nextDelayMillis(Duration.ZERO);
            assertTrue(delay <= 60_000);
        }
        assertTrue(delay >= 30_000);
        assertTrue(breaker.recordSuccess());
        assertFalse(breaker.isOpen());
        assertTrue(breaker.nextDelayMillis(Duration.ZERO) <= 100);
    }

    @Test
    void stopDoesNotWaitForTheNextProbe() throws Exception {
        append(0, 5);
        Shipper shipper = Shipper.start(spool, new PartialTarget((_, _) -> false), folder);
        await().until(() -> shipper.counts().failedBatches() >= 4);
        long start = System.nanoTime();
        assertFalse(shipper.stop(Duration.ofSeconds(10)));
        assertTrue(System.nanoTime() - start < 5_000_000_000L);
    }
}
