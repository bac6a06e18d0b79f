package io.tiercel.functions.local;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.contract.Alerts;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Fills and frees the disk of the packaged server, and kills the server at any time. The disk is a {@link SmallDisk}. Set {@code tiercel.disk.cycles} to run more cycles.
 */
@Tag("packaged")
class PackagedDiskFullTest {
    private static final int CYCLES = Integer.getInteger("tiercel.disk.cycles", 10);
    private static final int CLIENTS = 3;
    private static final int ALERTS_PER_POST = 20;
    private static final int PADDING = 2_000;
    private static final Duration MAX_WAIT = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private final AtomicBoolean done = new AtomicBoolean();
    private final AtomicInteger diskFullAnswers = new AtomicInteger();
    private final AtomicInteger accepted = new AtomicInteger();

    @SuppressWarnings("NullAway.Init")
    private SmallDisk disk;

    @BeforeEach
    void mount() throws IOException {
        disk = new SmallDisk(Files.createDirectory(folder.resolve("disk")), 64, folder.resolve("disk-errors"));
    }

    @AfterEach
    void unmount() throws InterruptedException {
        disk.close();
    }

    private PackagedServer startServer() throws IOException {
        // The disk is mounted for the server only, so the test could not read a token in the data directory.
        Path token = Files.writeString(folder.resolve("token"), "0123456789abcdef".repeat(2));
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
        return new PackagedServer(
                disk.prefix(),
                folder.resolve("disk", "data"),
                folder.resolve("log"),
                Map.of("TIERCEL_TOKEN_FILE", token.toString()));
    }

    @Test
    void nothing_is_lost_or_doubled_while_the_disk_is_filled_and_freed_and_the_server_is_killed() throws Exception {
        int kills = 0;
        List<Integer> acknowledged = new ArrayList<>();
        try (PackagedServer server = startServer();
                ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
            server.awaitHealthy();
            List<Future<Integer>> results = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                String rule = "disk" + client;
                results.add(threads.submit(() -> postUntilDone(server, rule)));
            }
            try {
                for (int cycle = 0; cycle < CYCLES; cycle++) {
                    int before = diskFullAnswers.get();
                    disk.fill();
                    await().atMost(MAX_WAIT)
                            .pollDelay(Duration.ZERO)
                            .pollInterval(Duration.ofMillis(5))
                            .until(() -> diskFullAnswers.get() > before);
                    assertHealthNamesTheDisk(server);
                    boolean killed = cycle % 3 == 1;
                    if (killed) {
                        kills++;
                        server.kill();
                        server.restart();
                        await().atMost(MAX_WAIT)
                                .until(() -> server.log().contains("the server starts when there is space"));
                    }
                    disk.free();
                    if (cycle % 3 == 2) {
                        kills++;
                        server.kill();
                        server.restart();
                    }
                    server.awaitHealthy();
                    int stored = accepted.get();
                    await().atMost(MAX_WAIT)
                            .pollDelay(Duration.ZERO)
                            .pollInterval(Duration.ofMillis(5))
                            .until(() -> accepted.get() > stored + CLIENTS);
                }
            } finally {
                done.set(true);
            }
            for (Future<Integer> result : results) {
                acknowledged.add(result.get(60, TimeUnit.SECONDS));
            }
            long total = 0;
            for (int client = 0; client < CLIENTS; client++) {
                assertEquals(acknowledged.get(client).longValue(), server.counted("disk" + client), server.log());
                total += acknowledged.get(client);
            }
            assertEquals(total, server.json("/health").get("counted").longValue());
            assertEquals(0, server.json("/health").get("refused").longValue());
            assertOneLinePerEpisode(server.log(), kills);
            System.out.printf(
                    "%d times full, %d kills, %d answers \"disk full\", %d alerts acknowledged and counted%n",
                    CYCLES, kills, diskFullAnswers.get(), total);
        }
    }

    private static void assertHealthNamesTheDisk(PackagedServer server) throws Exception {
        HttpResponse<String> health = server.get("/health");
        assertEquals(503, health.statusCode(), health.body());
        JsonNode body = PackagedServer.JSON.readTree(health.body());
        assertEquals("down", body.path("status").textValue());
        assertTrue(body.path("cause").textValue().startsWith("disk full"), health.body());
    }

    private static void assertOneLinePerEpisode(String log, int kills) {
        long started = log.lines()
                .filter(line -> line.contains("ERROR the database cannot be used: disk full ("))
                .count();
        long ended = log.lines()
                .filter(line -> line.contains("the database works again after"))
                .count();
        assertTrue(started >= CYCLES && started <= CYCLES + kills, log);
        assertTrue(ended >= CYCLES - kills && ended <= started, log);
        long others = log.lines()
                .filter(line -> line.contains(" ERROR ") && !line.contains("the database"))
                .count();
        assertEquals(0, others, log);
    }

    /** Posts batches, each until the server accepts it, and returns the number of alerts. */
    private int postUntilDone(PackagedServer server, String rule) throws Exception {
        int posts = 0;
        while (!done.get()) {
            String alerts = String.join("\n", Alerts.ofOneIncident(rule + "/" + posts, rule, ALERTS_PER_POST))
                    .replace("Something", "x".repeat(PADDING));
            while (!post(server, alerts)) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
            posts++;
            accepted.incrementAndGet();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        return posts * ALERTS_PER_POST;
    }

    private boolean post(PackagedServer server, String alerts) throws Exception {
        HttpResponse<String> response;
        try {
            response = server.post(alerts);
        } catch (IOException e) {
            return false;
        }
        if (response.statusCode() == 503) {
            assertTrue(response.headers().firstValue("Retry-After").isPresent(), response.body());
            if (response.body().contains("disk full (SQLITE_")) {
                diskFullAnswers.incrementAndGet();
            }
            return false;
        }
        assertEquals(202, response.statusCode(), response.body());
        JsonNode receipt = PackagedServer.JSON.readTree(response.body());
        assertEquals(
                ALERTS_PER_POST,
                receipt.get("accepted").intValue() + receipt.get("duplicates").intValue(),
                response.body());
        return true;
    }
}
