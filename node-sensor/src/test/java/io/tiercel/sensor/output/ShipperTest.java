package io.tiercel.sensor.output;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.http.TlsFiles;
import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.AlertJson;
import io.tiercel.rules.alert.Priority;
import io.tiercel.sensor.identity.CredentialSource;
import io.tiercel.sensor.spool.Spool;
import io.tiercel.sensor.spool.SpoolException;
import io.tiercel.sensor.spool.SpoolOptions;
import io.tiercel.sensor.spool.SpooledAlert;
import io.tiercel.sensor.thread.ThreadFailures;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class ShipperTest {
    /** So long that a busy machine does not reach it: a batch that times out is sent twice. */
    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    private static final Duration SHORT_TIMEOUT = Duration.ofMillis(500);

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

    static byte[] alert(String id, String message) {
        return AlertJson.defaults()
                .writeBytes(
                        new Alert(id, "n", 0, Priority.NOTICE, "Rule", "syscall", List.of(), message, new TreeMap<>()));
    }

    private Shipper ship(ServerUrl address) {
        return ship(address, TIMEOUT);
    }

    private Shipper ship(ServerUrl address, Duration timeout) {
        return Shipper.start(
                spool, new HttpBatchTarget(address, Map.of(), TlsFiles.none(), CredentialSource.NONE, timeout), folder);
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

    /** Before, an unexpected error ended the shipper's thread, and nothing was delivered any more. */
    @Test
    void anUnexpectedErrorIsReportedAndLosesNothing() throws Exception {
        append(0, 3);
        long before = ThreadFailures.ofProcess().totals().getOrDefault("alert-shipper", 0L);
        BatchTarget target = new BatchTarget() {
            private boolean failed;

            @Override
            public int maxAlerts() {
                return 100;
            }

            @Override
            public int maxBytes() {
                return 1 << 20;
            }

            @Override
            public BatchResult send(List<SpooledAlert> alerts) {
                if (!failed) {
                    failed = true;
                    throw new StackOverflowError();
                }
                return BatchResult.of(Collections.nCopies(alerts.size(), AlertResult.STORED), "");
            }

            @Override
            public void close() {}
        };
        try (Shipper shipper = Shipper.start(spool, target, folder)) {
            await().until(() -> shipper.counts().delivered() == 3);
            assertEquals(before + 1, ThreadFailures.ofProcess().totals().get("alert-shipper"));
        }
    }

    @Test
    void sendsInOrderInBatches() throws Exception {
        List<String> ids = append(0, 250);
        try (FaultyServer server = new FaultyServer(0, batch -> 202);
                Shipper shipper = ship(server.url())) {
            await().until(() -> shipper.counts().delivered() == 250);
            assertEquals(ids, server.stored());
            assertEquals(3, server.batches().size());
            append(250, 251);
            await().until(() -> shipper.counts().delivered() == 251);
        }
    }

    @Test
    void batchesStayUnder256KiB() throws Exception {
        for (int i = 0; i < 20; i++) {
            spool.append(alert("n/b/" + i, "x".repeat(30_000)));
        }
        try (FaultyServer server = new FaultyServer(0, batch -> 202);
                Shipper shipper = ship(server.url())) {
            await().until(() -> shipper.counts().delivered() == 20);
            assertEquals(ids(0, 20), server.stored());
            assertTrue(server.batches().stream().allMatch(size -> size <= 256 * 1024), server.batches()::toString);
        }
    }

    @Test
    void keepsAlertsWhileTheServerIsDown() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        List<String> ids = append(0, 30);
        try (Shipper shipper = ship(ServerUrl.parse("http://127.0.0.1:" + port))) {
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
    void retriesABatchUntilItIsAccepted(int status) throws Exception {
        List<String> ids = append(0, 5);
        try (FaultyServer server = new FaultyServer(0, new TemporaryFailure(2, status)::respond);
                Shipper shipper = ship(server.url())) {
            await().until(() -> shipper.counts().delivered() == 5);
            assertEquals(ids, server.stored());
            assertEquals(0, shipper.counts().rejected());
        }
    }

    /** Fails a number of times, then succeeds. */
    private static final class TemporaryFailure {
        private final CountDownLatch bad;
        private final int status;

        TemporaryFailure(int times, int status) {
            this.bad = new CountDownLatch(times);
            this.status = status;
        }

        int respond(List<String> batch) {
            if (bad.getCount() == 0) {
                return 202;
            }
            bad.countDown();
            return status;
        }
    }

    @Test
    void resendsABatchAfterATimeout() throws Exception {
        List<String> ids = append(0, 3);
        CountDownLatch response = new CountDownLatch(1);
        CountDownLatch slow = new CountDownLatch(1);
        try (FaultyServer server = new FaultyServer(0, batch -> {
                    if (slow.getCount() > 0) {
                        slow.countDown();
                        awaitQuietly(response);
                    }
                    return 202;
                });
                Shipper shipper = ship(server.url(), SHORT_TIMEOUT)) {
            await().until(() -> shipper.counts().delivered() == 3);
            response.countDown();
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
    void keepsARejectedAlertAndDeliversTheOthers() throws Exception {
        append(0, 150);
        try (FaultyServer server =
                        new FaultyServer(0, batch -> batch.contains("n/b/7") || batch.contains("n/b/120") ? 400 : 202);
                Shipper shipper = ship(server.url())) {
            await().until(() -> shipper.counts().delivered() + shipper.counts().rejected() == 150);
            assertEquals(2, shipper.counts().rejected());
            assertEquals(
                    ids(0, 150).stream()
                            .filter(id -> !id.equals("n/b/7") && !id.equals("n/b/120"))
                            .toList(),
                    server.stored());
            List<String> rejected = Files.readAllLines(folder.resolve("refused.jsonl"));
            assertEquals(2, rejected.size());
            assertEquals("n/b/7", AlertJson.read(rejected.getFirst()).id());
        }
    }

    @Test
    void deliversEverythingInOrderDespiteFaults() throws Exception {
        Random random = new Random(7);
        List<String> ids = append(0, 400);
        try (FaultyServer server = new FaultyServer(0, batch -> switch (random.nextInt(4)) {
                    case 0 -> 503;
                    case 1 -> -1;
                    default -> 202;
                });
                Shipper shipper = ship(server.url())) {
            await().atMost(Duration.ofSeconds(20)).until(() -> shipper.counts().delivered() == 400);
            assertEquals(ids, server.stored().stream().distinct().toList());
        }
    }

    @Test
    void stopDeliversTheRest() throws Exception {
        append(0, 500);
        try (FaultyServer server = new FaultyServer(0, batch -> 202)) {
            Shipper shipper = ship(server.url());
            assertTrue(shipper.stop(Duration.ofSeconds(3)));
            assertEquals(ids(0, 500), server.stored());
        }
    }

    @Test
    void stopDoesNotWaitForAnUnresponsiveServer() throws Exception {
        append(0, 5);
        CountDownLatch never = new CountDownLatch(1);
        try (FaultyServer server = new FaultyServer(0, batch -> {
            awaitQuietly(never);
            return 202;
        })) {
            Shipper shipper = Shipper.start(
                    spool,
                    new HttpBatchTarget(
                            server.url(), Map.of(), TlsFiles.none(), CredentialSource.NONE, Duration.ofSeconds(30)),
                    folder);
            long start = System.nanoTime();
            assertFalse(shipper.stop(Duration.ofMillis(300)));
            assertTrue(System.nanoTime() - start < 2_000_000_000L);
            never.countDown();
        }
        assertEquals(5, spool.counts().pending());
    }

    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1:8466,http://127.0.0.1:8466/alerts",
        "http://localhost:1/,http://localhost:1/alerts",
        "http://[::1]:8466/x/,http://[::1]:8466/x/alerts",
        "https://alerts.example.com,https://alerts.example.com/alerts"
    })
    void parsesUrls(String text, String alerts) {
        assertEquals(alerts, ServerUrl.parse(text).alertsEndpoint().toString());
    }

    @ParameterizedTest
    @CsvSource({
        "http://alerts.example.com,use https",
        "http://127.evil.example.com,use https",
        "http://localhost.example.com,use https",
        "ftp://127.0.0.1,is not an http or https URL",
        "127.0.0.1:8466,not a URL",
        "localhost,is not an http or https URL",
        "https://user:secret@host,must not contain a user",
        "https://host?x=1,must not contain a query"
    })
    void rejectsInvalidUrls(String text, String problem) {
        String message = assertThrows(IllegalArgumentException.class, () -> ServerUrl.parse(text))
                .getMessage();
        assertTrue(message != null && message.contains(problem), message);
    }

    @Test
    void rejectedAlertFileIsBounded() throws IOException {
        RejectedAlertFile file = new RejectedAlertFile(folder);
        byte[] large = new byte[256 * 1024];
        for (int i = 0; i < 80; i++) {
            file.add(large);
        }
        assertTrue(Files.size(folder.resolve("refused.jsonl")) <= RejectedAlertFile.MAX_BYTES);
        assertTrue(Files.size(folder.resolve("refused.1.jsonl")) <= RejectedAlertFile.MAX_BYTES);
    }
}
