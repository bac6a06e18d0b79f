package io.tiercel.functions.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.contract.Alerts;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that exhaust connections and memory of the packaged server, with the heap that it is shipped with. */
@Tag("packaged")
class PackagedOverloadTest {
    private static final int BODY = 4 << 20;

    /** The documented times, and some for a busy machine. */
    private static final long FIRST_REQUEST_MILLIS = 10_000;

    private static final long BODY_PAUSE_MILLIS = 5_000;
    private static final long SLACK_MILLIS = 20_000;

    /** More than the documented maximum of connections. */
    private static final int CROWD = 1_050;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    static Path folder;

    /** One server for all tests: what one of them leaves behind must not harm the next. */
    @SuppressWarnings("NullAway.Init")
    private static PackagedServer server;

    private final List<SlowClient> clients = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        server = new PackagedServer(List.of(), folder.resolve("data"), folder.resolve("log"), Map.of());
        server.awaitHealthy();
    }

    @AfterEach
    void disconnect() throws Exception {
        for (SlowClient client : clients) {
            client.close();
        }
    }

    @AfterAll
    static void stop() throws Exception {
        assertTrue(server.isAlive(), server.log());
        server.close();
    }

    private SlowClient connect(int port) throws IOException {
        SlowClient client = new SlowClient(port);
        clients.add(client);
        return client;
    }

    private static void assertServed(String rule) throws Exception {
        long start = System.nanoTime();
        assertEquals(202, server.post(Alerts.json(rule, rule, 1)).statusCode());
        assertEquals(200, server.status("/health"));
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        assertTrue(millis < 5_000, "another client waited " + millis + " ms");
    }

    @Test
    void bodies_that_stop_before_their_end_are_given_up_and_others_are_served() throws Exception {
        List<SlowClient> stopped = new ArrayList<>();
        for (int i = 0; i < 80; i++) {
            SlowClient client = connect(server.port());
            stopped.add(client);
            client.sendMostOfBody(BODY, BODY - 100_000);
            if (i % 20 == 0) {
                assertServed("During" + i);
            }
        }
        assertServed("After");
        // Another one sends single bytes.
        SlowClient dripping = connect(server.port());
        dripping.sendMostOfBody(BODY, 10);
        assertEquals(202, postPatiently(largeBatch("Large")), "large bodies are not accepted while others stop");
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(BODY_PAUSE_MILLIS + SLACK_MILLIS);
        boolean open = true;
        while (open && System.nanoTime() < end) {
            open = dripping.send(" ");
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
        }
        assertFalse(open, "single bytes keep a body alive");
        for (SlowClient client : stopped) {
            assertTrue(
                    client.closedWithin(BODY_PAUSE_MILLIS + SLACK_MILLIS), "a body that stopped is still waited for");
        }
        assertServed("End");
        assertTrue(server.isAlive());
    }

    private static String largeBatch(String rule) {
        String batch = String.join("\n", Alerts.ofOneIncident(rule, rule, 1_000));
        String padded = batch.replace("Something", "x".repeat((BODY - batch.length()) / 1_000));
        assertTrue(padded.length() > BODY - 20_000 && padded.length() <= BODY, "size " + padded.length());
        return padded;
    }

    /** Posts until the answer is not 503. */
    private static HttpResponse<String> answer(String alerts) throws Exception {
        HttpResponse<String> response = postOrNull(alerts);
        while (response == null || response.statusCode() == 503) {
            assertTrue(response == null
                    || response.headers().firstValue("Retry-After").isPresent());
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
            response = postOrNull(alerts);
        }
        return response;
    }

    /** Posts lines of alerts until the answer is not 503, and returns the status. */
    private static int postPatiently(String alerts) throws Exception {
        HttpResponse<String> response = answer(alerts);
        if (response.statusCode() == 202) {
            JsonNode receipt = PackagedServer.JSON.readTree(response.body());
            assertEquals(
                    alerts.lines().count(),
                    receipt.get("accepted").intValue()
                            + receipt.get("duplicates").intValue()
                            + receipt.get("refused").size(),
                    "a receipt does not account for every document");
        }
        return response.statusCode();
    }

    /** Returns a response; null if the connection was closed, as it is when a refused body does not end in time. */
    private static @Nullable HttpResponse<String> postOrNull(String alerts) throws InterruptedException {
        try {
            return server.post(alerts);
        } catch (IOException e) {
            assertTrue(server.isAlive(), "the server ended");
            return null;
        }
    }

    private static void postFrom(int clientCount, IntFunction<String> batch) throws Exception {
        AtomicInteger started = new AtomicInteger();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> statuses = new ArrayList<>();
            for (int client = 0; client < clientCount; client++) {
                statuses.add(threads.submit(() -> postPatiently(batch.apply(started.getAndIncrement()))));
            }
            for (Future<Integer> status : statuses) {
                assertEquals(202, status.get(120, TimeUnit.SECONDS));
            }
        }
    }

    @Test
    void bodies_at_the_limit_from_many_clients_are_all_counted() throws Exception {
        int clientCount = 32;
        String batch = largeBatch("AtLimit");
        postFrom(clientCount, number -> batch.replace("\"AtLimit/", "\"c" + number + "/"));
        assertEquals(clientCount * 1_000L, server.counted("AtLimit"));
    }

    @Test
    void four_hundred_clients_at_once_are_all_counted() throws Exception {
        int clientCount = 400;
        int alerts = 50;
        postFrom(clientCount, number -> String.join("\n", Alerts.ofOneIncident("crowd" + number, "Crowd", alerts)));
        assertEquals((long) clientCount * alerts, server.counted("Crowd"));
        assertServed("After");
    }

    @Test
    void clients_that_send_bodies_and_disconnect_do_not_exhaust_the_memory() throws Exception {
        byte[] body = largeBatch("Gone").getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 150; i++) {
            try (SlowClient client = new SlowClient(server.port())) {
                client.send("POST /alerts HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + body.length + "\r\n\r\n");
                client.send(body);
            }
        }
        assertServed("AfterGone");
    }

    @Test
    void clients_that_do_not_read_their_responses_are_disconnected() throws Exception {
        List<SlowClient> deaf = new ArrayList<>();
        byte[] requests =
                "GET /openapi HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(200).getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < 20; i++) {
            SlowClient client = connect(server.port());
            deaf.add(client);
            boolean open = true;
            for (int repetition = 0; open && repetition < 20; repetition++) {
                open = client.send(requests);
            }
        }
        assertServed("AfterDeaf");
        for (SlowClient client : deaf) {
            assertTrue(client.closedWithin(SLACK_MILLIS), "a client that does not read is still connected");
        }
    }

    /** Each of these bodies becomes a tree of a hundred megabytes if nothing limits it. */
    @Test
    void bodies_of_many_tiny_values_do_not_exhaust_the_memory() throws Exception {
        List<String> hostile = new ArrayList<>();
        String chain = "{\"\":".repeat(900) + "1" + "}".repeat(900) + ",";
        for (String value : List.of("{},", "[],", "{\"\":{}},", "\"\",", "1234,", chain)) {
            String values = value.repeat((BODY - 1_000) / value.length());
            hostile.add("[" + values + "1]");
            hostile.add(
                    "{\"rule\":\"x\",\"priority\":\"Warning\",\"time\":\"2026-01-01T00:00:00Z\",\"output_fields\":{\"a\":["
                            + values + "1]}}");
        }
        hostile.add("{}\n".repeat(BODY / 3));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<HttpResponse<String>>> answers = new ArrayList<>();
            for (int repetition = 0; repetition < 2; repetition++) {
                hostile.forEach(body -> answers.add(threads.submit(() -> answer(body))));
            }
            for (Future<HttpResponse<String>> waiting : answers) {
                HttpResponse<String> answer = waiting.get(60, TimeUnit.SECONDS);
                int code = answer.statusCode();
                assertTrue(
                        code == 400 || code == 413 || code == 202 && rejectsAll(answer.body()),
                        "status " + code + " " + answer.body());
            }
        }
        assertServed("AfterHostile");
        assertTrue(server.isAlive(), server.log());
    }

    private static boolean rejectsAll(String receipt) throws IOException {
        JsonNode counts = PackagedServer.JSON.readTree(receipt);
        return counts.get("accepted").intValue() == 0
                && counts.get("duplicates").intValue() == 0
                && !counts.get("refused").isEmpty();
    }

    @Test
    void connections_without_a_request_are_closed_in_time_and_others_are_served() throws Exception {
        Path certificates = Files.createDirectory(folder.resolve("tls"));
        new TestCertificates().writeServer(certificates);
        Map<String, String> tls = Map.of(
                "TIERCEL_TLS_CERTIFICATE", certificates.resolve("server.crt").toString(),
                "TIERCEL_TLS_KEY", certificates.resolve("server.key").toString(),
                "TIERCEL_TLS_AUTHORITY", certificates.resolve("ca.crt").toString());
        try (PackagedServer secure =
                new PackagedServer(List.of(), folder.resolve("data-tls"), folder.resolve("log-tls"), tls)) {
            secure.awaitListening();
            long start = System.nanoTime();
            List<SlowClient> halfOpen = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                halfOpen.add(connect(server.port()));
            }
            List<SlowClient> slowHeaders = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                SlowClient client = connect(server.port());
                client.send("GET /health HTTP/1.1\r\nHost: localhost\r\nX-A: ");
                slowHeaders.add(client);
            }
            // The start of a TLS record with a ClientHello of 512 bytes.
            List<SlowClient> handshakes = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                SlowClient client = connect(secure.port());
                client.send(i % 2 == 0 ? new byte[0] : new byte[] {22, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3});
                handshakes.add(client);
            }
            assertServed("Others");
            while (System.nanoTime() - start < TimeUnit.MILLISECONDS.toNanos(FIRST_REQUEST_MILLIS)) {
                slowHeaders.forEach(client -> client.send("a"));
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(500));
            }
            assertClosed(halfOpen, "silent");
            assertClosed(slowHeaders, "slow headers");
            assertClosed(handshakes, "TLS handshake");
            assertServed("AfterOthers");
        }
    }

    private static void assertClosed(List<SlowClient> clients, String kind) {
        for (SlowClient client : clients) {
            assertTrue(client.closedWithin(SLACK_MILLIS), "an open connection: " + kind);
        }
    }

    @Test
    void a_crowd_of_silent_connections_does_not_keep_others_out() throws Exception {
        for (int i = 0; i < CROWD; i++) {
            connect(server.port());
        }
        // The client may have kept a connection, which the server closed for the crowd.
        assertEquals(202, postPatiently(Alerts.json("Crowded", "Crowded", 1)));
        assertServed("AfterCrowd");
        assertTrue(clients.getFirst().closedWithin(1_000), "the connection that waited longest is still open");
        assertFalse(clients.getLast().closedWithin(100), "the newest connection was closed");
    }
}
