package io.tiercel.sensor.output;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.AlertJson;
import io.tiercel.rules.alert.Priority;
import io.tiercel.sensor.spool.Spool;
import io.tiercel.sensor.spool.SpoolException;
import io.tiercel.sensor.spool.SpoolOptions;
import io.tiercel.sensor.spool.SpooledAlert;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShipperTest {
    private static final Duration TIMEOUT = Duration.ofMillis(500);

    @TempDir
    Path folder;

    private Spool spool;

    @BeforeEach
    void openSpool() throws SpoolException {
        spool = Spool.open(folder, SpoolOptions.standard());
    }

    @AfterEach
    void closeSpool() throws SpoolException {
        spool.close();
    }

    static byte[] alert(String id, String message) {
        return AlertJson.standard()
                .writeBytes(
                        new Alert(id, "n", 0, Priority.NOTICE, "Rule", "syscall", List.of(), message, new TreeMap<>()));
    }

    private Shipper ship(ServerAddress address) {
        return Shipper.start(spool, new AlertPost(address, Map.of(), TlsFiles.none(), TIMEOUT), folder);
    }

    private List<String> append(int from, int to) throws SpoolException {
        for (int i = from; i < to; i++) {
            spool.append(alert("n/b/" + i, "message"));
        }
        return ids(from, to);
    }

    private static List<String> ids(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "n/b/" + i).toList();
    }

    @Test
    void sendsInOrderInBatches() throws Exception {
        List<String> ids = append(0, 250);
        try (FaultyServer server = new FaultyServer(0, batch -> 202);
                Shipper shipper = ship(server.address())) {
            await().until(() -> shipper.counts().delivered() == 250);
            assertEquals(ids, server.stored());
            assertEquals(3, server.batches().size());
            append(250, 251);
            await().atMost(Duration.ofSeconds(1)).until(() -> shipper.counts().delivered() == 251);
        }
    }

    @Test
    void batchesStayUnder256KiB() throws Exception {
        for (int i = 0; i < 20; i++) {
            spool.append(alert("n/b/" + i, "x".repeat(30_000)));
        }
        try (FaultyServer server = new FaultyServer(0, batch -> 202);
                Shipper shipper = ship(server.address())) {
            await().until(() -> shipper.counts().delivered() == 20);
            assertEquals(ids(0, 20), server.stored());
            assertTrue(server.batches().stream().allMatch(size -> size <= 256 * 1024), server.batches()::toString);
        }
    }

    @Test
    void keepsAlertsWhileTheServerIsDownAndDeliversThemWhenItIsBack() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        List<String> ids = append(0, 30);
        try (Shipper shipper = ship(ServerAddress.parse("http://127.0.0.1:" + port))) {
            await().pollDelay(Duration.ofMillis(400))
                    .until(() -> shipper.counts().delivered() == 0);
            try (FaultyServer server = new FaultyServer(port, batch -> 202)) {
                await().until(() -> shipper.counts().delivered() == 30);
                assertEquals(ids, server.stored());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 503, 429, 404, 401, 302, 200, -1})
    void onlyAnAcceptedBatchIsDone(int status) throws Exception {
        List<String> ids = append(0, 5);
        try (FaultyServer server = new FaultyServer(0, new CountDownLatchAnswer(2, status)::answer);
                Shipper shipper = ship(server.address())) {
            await().until(() -> shipper.counts().delivered() == 5);
            assertEquals(ids, server.stored());
            assertEquals(0, shipper.counts().refused());
        }
    }

    /** Gives a bad answer a few times, then a good one. */
    private static final class CountDownLatchAnswer {
        private final CountDownLatch bad;
        private final int status;

        CountDownLatchAnswer(int times, int status) {
            this.bad = new CountDownLatch(times);
            this.status = status;
        }

        int answer(List<String> batch) {
            if (bad.getCount() == 0) {
                return 202;
            }
            bad.countDown();
            return status;
        }
    }

    @Test
    void aSlowServerIsNotWaitedForAndGetsTheBatchAgain() throws Exception {
        List<String> ids = append(0, 3);
        CountDownLatch answered = new CountDownLatch(1);
        CountDownLatch slow = new CountDownLatch(1);
        try (FaultyServer server = new FaultyServer(0, batch -> {
                    if (slow.getCount() > 0) {
                        slow.countDown();
                        awaitQuietly(answered);
                    }
                    return 202;
                });
                Shipper shipper = ship(server.address())) {
            await().until(() -> shipper.counts().delivered() == 3);
            answered.countDown();
            assertTrue(server.stored().containsAll(ids));
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aRefusedAlertIsSetAsideAndTheOthersPass() throws Exception {
        append(0, 150);
        try (FaultyServer server =
                        new FaultyServer(0, batch -> batch.contains("n/b/7") || batch.contains("n/b/120") ? 400 : 202);
                Shipper shipper = ship(server.address())) {
            await().until(() -> shipper.counts().delivered() + shipper.counts().refused() == 150);
            assertEquals(2, shipper.counts().refused());
            assertEquals(
                    ids(0, 150).stream()
                            .filter(id -> !id.equals("n/b/7") && !id.equals("n/b/120"))
                            .toList(),
                    server.stored());
            List<String> aside = Files.readAllLines(folder.resolve("refused.jsonl"));
            assertEquals(2, aside.size());
            assertEquals("n/b/7", AlertJson.read(aside.getFirst()).id());
        }
    }

    @Test
    void anyMixOfFaultsDeliversEverythingInOrder() throws Exception {
        Random random = new Random(7);
        List<String> ids = append(0, 400);
        try (FaultyServer server = new FaultyServer(0, batch -> switch (random.nextInt(4)) {
                    case 0 -> 503;
                    case 1 -> -1;
                    default -> 202;
                });
                Shipper shipper = ship(server.address())) {
            await().atMost(Duration.ofSeconds(20)).until(() -> shipper.counts().delivered() == 400);
            assertEquals(ids, server.stored().stream().distinct().toList());
        }
    }

    /** Takes of each batch what a test lets it. */
    private static final class PartialTarget implements BatchTarget {
        private final ToBooleanFunction taken;
        private final List<List<Long>> batches = new ArrayList<>();
        private final List<Long> stored = new ArrayList<>();

        private interface ToBooleanFunction {
            boolean test(int batch, long index);
        }

        PartialTarget(ToBooleanFunction taken) {
            this.taken = taken;
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
        public synchronized Answer send(List<SpooledAlert> alerts) {
            int number = batches.size();
            batches.add(alerts.stream().map(SpooledAlert::index).toList());
            List<Verdict> verdicts = new ArrayList<>();
            for (SpooledAlert alert : alerts) {
                boolean takes = taken.test(number, alert.index());
                verdicts.add(takes ? Verdict.STORED : Verdict.LATER);
                if (takes) {
                    stored.add(alert.index());
                }
            }
            return new Answer(verdicts, "not now");
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
    void onlyWhatWasNotTakenGoesAgainAndBeforeAnythingNewer() throws Exception {
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
            await().until(() -> spool.counts().waiting() == 0);
            assertEquals(0, shipper.counts().failed());
        }
    }

    @Test
    void whatWasNotTakenIsDeliveredByTheNextStart() throws Exception {
        append(0, 10);
        long first = spool.peek(1, 1).getFirst().index();
        PartialTarget partial = new PartialTarget((_, index) -> index - first != 4);
        Shipper shipper = Shipper.start(spool, partial, folder);
        await().until(() -> shipper.counts().failed() > 0);
        assertFalse(shipper.stop(Duration.ofSeconds(1)));
        assertEquals(6, spool.counts().waiting());
        PartialTarget all = new PartialTarget((_, _) -> true);
        try (Shipper next = Shipper.start(spool, all, folder)) {
            await().until(() -> spool.counts().waiting() == 0);
            assertEquals(6, next.counts().delivered());
            assertEquals(first + 4, all.stored().getFirst());
        }
    }

    @Test
    void theBreakerOpensSendsSingleProbesAndCloses() throws Exception {
        List<String> ids = append(0, 50);
        AtomicBoolean down = new AtomicBoolean(true);
        List<Integer> sizesWhileOpen = Collections.synchronizedList(new ArrayList<>());
        AtomicReference<Shipper> started = new AtomicReference<>();
        try (FaultyServer server = new FaultyServer(0, batch -> {
                    Shipper shipper = started.get();
                    if (shipper != null && shipper.counts().breakerOpen()) {
                        sizesWhileOpen.add(batch.size());
                    }
                    return down.get() ? 503 : 202;
                });
                Shipper shipper = Shipper.start(
                        spool,
                        new AlertPost(server.address(), Map.of(), TlsFiles.none(), TIMEOUT),
                        folder,
                        new CircuitBreaker(200))) {
            started.set(shipper);
            await().until(() -> shipper.counts().breakerOpen() && sizesWhileOpen.size() >= 3);
            assertTrue(shipper.counts().failed() >= CircuitBreaker.FAILURES);
            assertEquals(0, shipper.counts().delivered());
            assertTrue(shipper.counts().oldestSeconds() > 0);
            down.set(false);
            await().until(() -> shipper.counts().delivered() == 50);
            assertFalse(shipper.counts().breakerOpen());
            assertEquals(Set.of(1), Set.copyOf(sizesWhileOpen));
            assertEquals(ids, server.stored());
            assertEquals(0, shipper.counts().oldestSeconds());
        }
    }

    @Test
    void waitsOfTheBreakerGrowToTheirLimit() {
        CircuitBreaker breaker = new CircuitBreaker(CircuitBreaker.LONGEST_WAIT_MS);
        for (int i = 1; i < CircuitBreaker.FAILURES; i++) {
            assertFalse(breaker.failed());
            assertFalse(breaker.isOpen());
        }
        assertTrue(breaker.failed());
        assertFalse(breaker.failed(), "it opens once");
        long wait = 0;
        for (int i = 0; i < 20; i++) {
            wait = breaker.waitMillis();
            assertTrue(wait <= 60_000);
        }
        assertTrue(wait >= 30_000);
        assertTrue(breaker.succeeded());
        assertFalse(breaker.isOpen());
        assertTrue(breaker.waitMillis() <= 100);
    }

    @Test
    void theServerIsToldWhoAsks() throws Exception {
        append(0, 1);
        AtomicReference<String> said = new AtomicReference<>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/alerts", exchange -> {
            said.set(exchange.getRequestHeaders().getFirst("Authorization"));
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(202, -1);
            exchange.close();
        });
        server.start();
        ServerAddress address =
                ServerAddress.parse("http://127.0.0.1:" + server.getAddress().getPort());
        try (Shipper shipper = Shipper.start(
                spool,
                new AlertPost(address, Map.of("Authorization", "Bearer t0ken"), TlsFiles.none(), TIMEOUT),
                folder)) {
            await().until(() -> shipper.counts().delivered() == 1);
            assertEquals("Bearer t0ken", said.get());
        } finally {
            server.stop(0);
        }
    }

    @Test
    void stopDoesNotWaitForTheNextProbe() throws Exception {
        append(0, 5);
        Shipper shipper = Shipper.start(spool, new PartialTarget((_, _) -> false), folder);
        await().until(() -> shipper.counts().failed() >= 4);
        long start = System.nanoTime();
        assertFalse(shipper.stop(Duration.ofSeconds(10)));
        assertTrue(System.nanoTime() - start < 5_000_000_000L);
    }

    @Test
    void stopDeliversTheRest() throws Exception {
        append(0, 500);
        try (FaultyServer server = new FaultyServer(0, batch -> 202)) {
            Shipper shipper = ship(server.address());
            assertTrue(shipper.stop(Duration.ofSeconds(3)));
            assertEquals(ids(0, 500), server.stored());
        }
    }

    @Test
    void stopDoesNotWaitForADeadServer() throws Exception {
        append(0, 5);
        CountDownLatch never = new CountDownLatch(1);
        try (FaultyServer server = new FaultyServer(0, batch -> {
            awaitQuietly(never);
            return 202;
        })) {
            Shipper shipper = Shipper.start(
                    spool, new AlertPost(server.address(), Map.of(), TlsFiles.none(), Duration.ofSeconds(30)), folder);
            long start = System.nanoTime();
            assertFalse(shipper.stop(Duration.ofMillis(300)));
            assertTrue(System.nanoTime() - start < 2_000_000_000L);
            never.countDown();
        }
        assertEquals(5, spool.counts().waiting());
    }

    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1:8466,http://127.0.0.1:8466/alerts",
        "http://localhost:1/,http://localhost:1/alerts",
        "http://[::1]:8466/x/,http://[::1]:8466/x/alerts",
        "https://alerts.example.com,https://alerts.example.com/alerts"
    })
    void addresses(String text, String alerts) {
        assertEquals(alerts, ServerAddress.parse(text).alerts().toString());
    }

    @ParameterizedTest
    @CsvSource({
        "http://alerts.example.com,use https",
        "http://127.evil.example.com,use https",
        "http://localhost.example.com,use https",
        "ftp://127.0.0.1,is not the address of a server",
        "127.0.0.1:8466,not an address",
        "localhost,is not the address of a server",
        "https://user:secret@host,no user",
        "https://host?x=1,no user"
    })
    void wrongAddresses(String text, String problem) {
        String message = assertThrows(IllegalArgumentException.class, () -> ServerAddress.parse(text))
                .getMessage();
        assertTrue(message != null && message.contains(problem), message);
    }

    @Test
    void refusedFileIsBounded() throws IOException {
        RefusedFile file = new RefusedFile(folder);
        byte[] large = new byte[256 * 1024];
        for (int i = 0; i < 80; i++) {
            file.add(large);
        }
        assertTrue(Files.size(folder.resolve("refused.jsonl")) <= RefusedFile.LIMIT_BYTES);
        assertTrue(Files.size(folder.resolve("refused.1.jsonl")) <= RefusedFile.LIMIT_BYTES);
    }
}
