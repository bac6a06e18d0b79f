package io.tiercel.functions.local;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tiercel.functions.contract.Alerts;
import io.tiercel.functions.local.http.OperatorTokens;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the packaged server in a separate process that the test can kill. */
@Tag("packaged")
class PackagedServerTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String SERVER = Objects.requireNonNull(System.getProperty("tiercel.server"));

    private static final int ALERTS_PER_POST = 7;

    @TempDir
    Path folder;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private final int port = freePort();
    private final List<Process> started = new ArrayList<>();

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Process launch(int serverPort, Path data, String... options) throws IOException {
        return launch(Map.of(), serverPort, data, options);
    }

    private Process launch(Map<String, String> environment, int serverPort, Path data, String... options)
            throws IOException {
        ProcessBuilder command = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                SERVER,
                "--port",
                Integer.toString(serverPort),
                "--data",
                data.toString());
        command.command().addAll(List.of(options));
        command.redirectOutput(
                ProcessBuilder.Redirect.appendTo(folder.resolve("out").toFile()));
        command.redirectError(
                ProcessBuilder.Redirect.appendTo(folder.resolve("err").toFile()));
        command.environment().putAll(environment);
        Process process = command.start();
        started.add(process);
        return process;
    }

    private Process startServer() throws IOException {
        Process process = launch(port, folder.resolve("data"));
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> !process.isAlive() || status("/health") == 200);
        assertTrue(process.isAlive(), Files.readString(folder.resolve("err")));
        return process;
    }

    private int status(String path) {
        try {
            return http.send(request(path).build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(5));
    }

    @AfterEach
    void killServers() throws InterruptedException {
        for (Process process : started) {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void every_accepted_alert_is_counted_once_even_if_the_server_is_killed() throws Exception {
        int clients = 4;
        int kills = 5;
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger retries = new AtomicInteger();
        AtomicInteger acknowledgedPosts = new AtomicInteger();
        List<Integer> acknowledged = new ArrayList<>();
        Random random = new Random(7);
        Process server = startServer();
        try (ExecutorService threads = Executors.newFixedThreadPool(clients)) {
            List<Future<Integer>> results = new ArrayList<>();
            for (int client = 0; client < clients; client++) {
                String name = "p" + client;
                results.add(threads.submit(() -> postUntil(done, name, acknowledgedPosts, retries)));
            }
            for (int kill = 0; kill < kills; kill++) {
                int killAt = acknowledgedPosts.get() + 5 + random.nextInt(60);
                await().atMost(Duration.ofSeconds(30))
                        .pollDelay(Duration.ZERO)
                        .pollInterval(Duration.ofMillis(1))
                        .until(() -> acknowledgedPosts.get() >= killAt);
                server.destroyForcibly().waitFor();
                server = startServer();
            }
            done.set(true);
            for (Future<Integer> result : results) {
                acknowledged.add(result.get(60, TimeUnit.SECONDS));
            }
        }
        await().atMost(Duration.ofSeconds(30))
                .until(() -> get("/health").get("waiting").longValue() == 0);
        long total = 0;
        for (int client = 0; client < clients; client++) {
            JsonNode incidents = get("/incidents?rule=p" + client);
            assertEquals(1, incidents.size());
            assertEquals(
                    acknowledged.get(client).longValue(),
                    incidents.get(0).get("count").longValue());
            total += incidents.get(0).get("count").longValue();
        }
        System.out.printf(
                "%d kills, %d clients: %d alerts acknowledged, %d counted, %d posts retried without a response%n",
                kills,
                clients,
                acknowledged.stream().mapToInt(Integer::intValue).sum(),
                total,
                retries.get());
        assertTrue(total > 100, "only " + total + " alerts were posted");
        assertEquals(get("/health").get("counted").longValue(), total);
    }

    /** Posts batches of alerts like the sensor, retries each until the server accepts it, and returns the number of alerts. */
    private int postUntil(AtomicBoolean done, String name, AtomicInteger acknowledgedPosts, AtomicInteger retries)
            throws InterruptedException {
        int next = 0;
        while (!done.get()) {
            String alerts = String.join("\n", Alerts.ofOneIncident(name + "/" + next, name, ALERTS_PER_POST));
            HttpRequest post = request("/alerts")
                    .POST(HttpRequest.BodyPublishers.ofString(alerts))
                    .build();
            boolean acknowledged = false;
            while (!acknowledged) {
                try {
                    acknowledged = http.send(post, HttpResponse.BodyHandlers.discarding())
                                    .statusCode()
                            == 202;
                } catch (IOException e) {
                    retries.incrementAndGet();
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
                }
            }
            acknowledgedPosts.incrementAndGet();
            next++;
        }
        return next * ALERTS_PER_POST;
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        return JSON.readTree(http.send(
                        PackagedServer.authorized(request(path), folder.resolve("data", OperatorTokens.RESPONDER_FILE))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body());
    }

    @Test
    void the_server_prints_the_last_count_and_stops_within_two_seconds() throws Exception {
        Process server = startServer();
        String batch = String.join("\n", Alerts.ofOneIncident("x", "Printed", 5));
        http.send(
                request("/alerts")
                        .POST(HttpRequest.BodyPublishers.ofString(batch))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        await().until(() -> Files.readString(folder.resolve("out")).contains("NEW INCIDENT"));
        String furtherAlerts = String.join("\n", Alerts.ofOneIncident("y", "Printed", 37));
        http.send(
                request("/alerts")
                        .POST(HttpRequest.BodyPublishers.ofString(furtherAlerts))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        await().until(() -> get("/health").get("counted").longValue() == 42);
        server.destroy();
        assertTrue(server.waitFor(2, TimeUnit.SECONDS));
        List<String> lines = Files.readAllLines(folder.resolve("out"));
        assertEquals(2, lines.size(), lines.toString());
        assertTrue(
                lines.getFirst().contains("NEW INCIDENT") && lines.getFirst().contains("  count 5  "),
                lines.toString());
        assertTrue(lines.getLast().contains("  count 42  "), lines.toString());
        assertEquals(
                "tiercel functions: listening on http://127.0.0.1:" + port + ", data in " + folder.resolve("data")
                        + "\n",
                Files.readString(folder.resolve("err")));
    }

    @Test
    void a_second_server_reports_in_one_line_why_it_cannot_start() throws Exception {
        startServer();
        Process sameFolder = launch(freePort(), folder.resolve("data"));
        assertEquals(1, sameFolder.waitFor());
        Process samePort = launch(port, folder.resolve("other"));
        assertEquals(1, samePort.waitFor());
        List<String> lines = Files.readAllLines(folder.resolve("err"));
        assertEquals(3, lines.size(), lines.toString());
        assertTrue(lines.getFirst().contains("listening on"), lines.toString());
        assertTrue(lines.get(1).contains("another server uses the data directory"), lines.toString());
        assertTrue(lines.getLast().contains("port " + port), lines.toString());
        assertFalse(lines.toString().contains("Exception"));
    }

    @Test
    void systems_of_aws_need_a_region() throws Exception {
        Map<String, String> aws =
                Map.of("TIERCEL_ACTIONS", "aws", "AWS_EC2_METADATA_DISABLED", "true", "AWS_CONFIG_FILE", "/dev/null");
        assertEquals(1, launch(aws, port, folder.resolve("data")).waitFor());
        assertEquals(
                List.of("tiercel functions: TIERCEL_ACTIONS contains aws, but the environment has no AWS region;"
                        + " set AWS_REGION"),
                Files.readAllLines(folder.resolve("err")));
    }

    @Test
    void the_server_listens_on_the_configured_address_only() throws Exception {
        launch(port, folder.resolve("data"), "--host", "127.0.0.2");
        HttpRequest health = HttpRequest.newBuilder(URI.create("http://127.0.0.2:" + port + "/health"))
                .build();
        await().atMost(Duration.ofSeconds(30))
                .ignoreException(ConnectException.class)
                .until(() -> http.send(health, HttpResponse.BodyHandlers.discarding())
                                .statusCode()
                        == 200);
        assertEquals(0, status("/health"), "the server does not listen on 127.0.0.1");

        assertEquals(
                1, launch(port, folder.resolve("other"), "--host", "nowhere").waitFor());
        String error = Files.readString(folder.resolve("err"));
        assertTrue(error.contains("0.0.0.0 for all addresses, not \"nowhere\""), error);
    }
}
