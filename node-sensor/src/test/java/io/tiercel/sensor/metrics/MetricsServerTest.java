package io.tiercel.sensor.metrics;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.sensor.delivery.PendingStatus;
import java.io.IOException;
import java.net.BindException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class MetricsServerTest {
    private static final String INCOMPLETE_REQUEST = "GET /metrics HTTP/1.1\r\nHost: ";

    private final AtomicLong collectedNanos = new AtomicLong(System.nanoTime());
    private volatile boolean capturing = true;
    private volatile PendingStatus pending = PendingStatus.NONE;
    private final HttpClient client = HttpClient.newHttpClient();
    private MetricsServer server;

    @BeforeEach
    void start() throws IOException {
        server = MetricsServer.start(
                MetricsAddress.parse("0"), () -> SampleSnapshots.at(collectedNanos.get(), capturing, 2, 3, pending));
    }

    @AfterEach
    void stop() {
        server.close();
        client.close();
    }

    private HttpResponse<String> request(String method, String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + server.address() + path))
                .timeout(Duration.ofSeconds(10))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        return client.send(request, BodyHandlers.ofString());
    }

    private Socket connect(String request) throws IOException {
        Socket socket = new Socket(
                server.address().socket().getAddress(),
                server.address().socket().getPort());
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        socket.setSoTimeout(60_000);
        return socket;
    }

    /** Reads until the server closes the connection, with or without a reset. */
    private static byte[] readToEnd(Socket socket) throws IOException {
        try {
            return socket.getInputStream().readAllBytes();
        } catch (SocketException e) {
            return new byte[0];
        }
    }

    @Test
    void servesMetrics() throws Exception {
        HttpResponse<String> answer = request("GET", "/metrics");
        assertEquals(200, answer.statusCode());
        assertTrue(answer.body().contains("tiercel_events_total{type=\"openat\"} 5.0"), answer::body);
        assertTrue(answer.body().contains("tiercel_events_lost_total{cpu=\"1\",reason=\"record_too_long\"} 2.0"));
        assertTrue(answer.body().contains("tiercel_capture_variant{variant=\"chunked\"} 1.0"));
        assertTrue(answer.body().contains("tiercel_capture_syscalls{source=\"functions\"} 1.0"));
        assertTrue(answer.body().contains("tiercel_capture_fallback 1.0"));
        assertEquals(405, request("POST", "/metrics").statusCode());
        assertEquals(404, request("GET", "/").statusCode());
    }

    @Test
    void servesTextEvenIfProtobufIsPreferred() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + server.address() + "/metrics"))
                .header(
                        "Accept",
                        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,"
                                + "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3")
                .build();
        HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
        assertEquals(200, answer.statusCode());
        assertTrue(answer.body().endsWith("# EOF\n") && answer.body().contains("tiercel_rules 22.0"), answer::body);
    }

    @Test
    void healthReflectsTheEventThread() throws Exception {
        assertEquals(200, request("GET", "/healthz").statusCode());
        collectedNanos.addAndGet(-Duration.ofSeconds(11).toNanos());
        HttpResponse<String> answer = request("GET", "/healthz");
        assertEquals(503, answer.statusCode());
        assertTrue(answer.body().contains("11 s"), answer::body);
    }

    @Test
    void healthTellsOfADiskThatHangs() throws Exception {
        pending = new PendingStatus(7, 0, new TreeMap<>(), Duration.ofSeconds(9).toNanos());
        assertEquals("ok\n", request("GET", "/healthz").body());
        pending =
                new PendingStatus(7, 0, new TreeMap<>(), Duration.ofSeconds(12).toNanos());
        HttpResponse<String> alive = request("GET", "/healthz");
        assertEquals(
                "200 ok, but the spool's disk has not answered for 12 s, 7 alerts wait in memory\n",
                alive.statusCode() + " " + alive.body());
        assertEquals(503, request("GET", "/readyz").statusCode());
    }

    @Test
    void readyWhileCapturingAndNotStalled() throws Exception {
        capturing = false;
        HttpResponse<String> early = request("GET", "/readyz");
        assertEquals("503 event capture has not started\n", early.statusCode() + " " + early.body());
        assertEquals(200, request("GET", "/healthz").statusCode());
        capturing = true;
        assertEquals(200, request("GET", "/readyz").statusCode());
        collectedNanos.addAndGet(-Duration.ofSeconds(11).toNanos());
        assertEquals(503, request("GET", "/readyz").statusCode());
    }

    @Test
    void failsIfThePortIsInUse() {
        assertThrows(
                BindException.class, () -> MetricsServer.start(server.address(), () -> SampleSnapshots.at(0, 1, 1)));
    }

    @Test
    void invalidRequestsCloseOnlyTheirConnection() throws Exception {
        try (Socket garbage = connect("\0\1\2 nonsense\r\n\r\n");
                Socket endless = connect("GET /" + "a".repeat(1 << 20))) {
            readToEnd(garbage);
            assertEquals(200, request("GET", "/metrics").statusCode());
            endless.shutdownOutput();
            readToEnd(endless);
        }
        assertEquals(200, request("GET", "/metrics").statusCode());
    }

    @Test
    void slowClientsTimeOutWithoutBlockingOthers() throws Exception {
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 30; i++) {
                slow.add(connect(INCOMPLETE_REQUEST));
            }
            long start = System.nanoTime();
            assertEquals(200, request("GET", "/metrics").statusCode());
            System.out.println(
                    "beside 30 slow clients metrics took " + (System.nanoTime() - start) / 1_000_000 + " ms");
            for (Socket socket : slow) {
                readToEnd(socket);
            }
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    @Test
    void rejectsConnectionsBeyondTheLimit() throws Exception {
        List<Socket> many = new ArrayList<>();
        try {
            for (int i = 0; i < 200; i++) {
                try {
                    many.add(connect(INCOMPLETE_REQUEST));
                } catch (SocketException e) {
                    continue; // The server rejected the connection immediately.
                }
            }
            await().atMost(Duration.ofSeconds(30))
                    .ignoreExceptions()
                    .until(() -> request("GET", "/metrics").statusCode() == 200);
        } finally {
            for (Socket socket : many) {
                socket.close();
            }
        }
    }
}
