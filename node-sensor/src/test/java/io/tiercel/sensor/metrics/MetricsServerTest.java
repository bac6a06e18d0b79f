package io.tiercel.sensor.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.sensor.delivery.PendingStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class MetricsServerTest {
    private static final String INCOMPLETE_REQUEST = "GET /metrics HTTP/1.1\r\nHost: ";

    /** The clock stands still, so that no test depends on how busy the machine is. */
    private static final long NOW = System.nanoTime();

    private final AtomicLong collectedNanos = new AtomicLong(NOW);
    private volatile boolean capturing = true;
    private volatile PendingStatus pending = PendingStatus.NONE;
    private final HttpClient client = HttpClient.newHttpClient();
    private MetricsServer server;
    private MetricsAddress address;

    @TempDir
    Path folder;

    @BeforeEach
    void start() throws IOException {
        start(null);
    }

    private void start(@Nullable MetricsToken token) throws IOException {
        server = new MetricsServer(
                () -> SampleSnapshots.at(collectedNanos.get(), capturing, 2, 3, pending), () -> NOW, token);
        address = server.listen(MetricsAddress.parse("0"));
    }

    @AfterEach
    void stop() {
        server.close();
        client.close();
    }

    private HttpResponse<String> request(String method, String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + address + path))
                .timeout(Duration.ofSeconds(10))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        return client.send(request, BodyHandlers.ofString());
    }

    private Socket connect(String request) throws IOException {
        return connect(address.socket().getAddress(), request);
    }

    private Socket connect(InetAddress source, String request) throws IOException {
        Socket socket =
                new Socket(address.socket().getAddress(), address.socket().getPort(), source, 0);
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
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + address + "/metrics"))
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
        IOException e = assertThrows(IOException.class, () -> server.listen(address));
        assertEquals("cannot listen on " + address + ": Address already in use", e.getMessage());
    }

    @Test
    void invalidRequestsCloseOnlyTheirConnection() throws Exception {
        try (Socket garbage = connect("\0\1\2 nonsense\r\n\r\n");
                Socket endless = connect("GET /" + "a".repeat(20_000))) {
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

    /** Before, 64 idle connections of one client kept out all others, and with them the probes. */
    @Test
    void idleConnectionsOfManyClientsKeepNobodyOut() throws Exception {
        List<Socket> idle = new ArrayList<>();
        try {
            for (int i = 0; i < 200; i++) {
                idle.add(
                        connect(InetAddress.getByName("127.0.0." + (2 + i % 5)), i % 2 == 0 ? "" : INCOMPLETE_REQUEST));
                if (i % 20 == 19) {
                    assertEquals(200, request("GET", "/metrics").statusCode());
                    assertEquals(200, request("GET", "/readyz").statusCode());
                }
            }
        } finally {
            for (Socket socket : idle) {
                socket.close();
            }
        }
    }

    @Test
    void oneClientClosesItsOwnConnectionsOnly() throws Exception {
        try (Socket early = connect(InetAddress.getByName("127.0.0.2"), INCOMPLETE_REQUEST)) {
            List<Socket> many = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                many.add(connect(InetAddress.getByName("127.0.0.3"), INCOMPLETE_REQUEST));
            }
            assertEquals(0, readToEnd(many.getFirst()).length);
            early.getOutputStream().write("x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertTrue(new String(readToEnd(early), StandardCharsets.UTF_8).startsWith("HTTP/1.1 200 "));
            for (Socket socket : many) {
                socket.close();
            }
        }
    }

    /** What a client without the token learns about rules tells an attacker whether a rule has seen the attack. */
    @Test
    void metricsByRuleRequireTheToken() throws Exception {
        assertFalse(request("GET", "/metrics").body().contains("tiercel_rule_matches"));
        server.close();
        Path file = folder.resolve("token");
        Files.writeString(file, "a-token-of-32-visible-characters\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        start(MetricsToken.of(file));
        assertEquals(401, request("GET", "/metrics").statusCode());
        assertEquals(401, get("Bearer a-token-of-32-visible-character").statusCode());
        assertEquals(401, get("Basic a-token-of-32-visible-characters").statusCode());
        assertEquals(200, request("GET", "/readyz").statusCode());
        HttpResponse<String> answer = get("Bearer a-token-of-32-visible-characters");
        assertTrue(answer.statusCode() == 200 && answer.body().contains("tiercel_rule_matches"), answer::body);
        Files.writeString(file, "another-token-of-32-characters-x\n");
        assertEquals(401, get("Bearer a-token-of-32-visible-characters").statusCode());
        assertEquals(200, get("bearer another-token-of-32-characters-x").statusCode());
        Files.writeString(file, "short");
        assertEquals(503, get("Bearer short").statusCode());
        assertThrows(IOException.class, () -> MetricsToken.of(file));
    }

    private HttpResponse<String> get(String authorization) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://" + address + "/metrics"))
                        .header("Authorization", authorization)
                        .build(),
                BodyHandlers.ofString());
    }

    @Test
    void otherMachinesRequireAToken() {
        Path token = folder.resolve("token");
        for (String open : List.of("0.0.0.0:0", "[::]:0", "192.0.2.1:9464")) {
            MetricsAddress reachable = MetricsAddress.parse(open);
            assertThrows(IllegalArgumentException.class, () -> new MetricsOptions(reachable, null, null));
            assertEquals(token, new MetricsOptions(reachable, token, null).tokenFile());
        }
        assertThrows(IllegalArgumentException.class, () -> new MetricsOptions(null, token, null));
    }

    @Test
    void theHealthSocketServesHealthToItsOwner() throws Exception {
        Path socket = folder.resolve("run/health.sock");
        server.listen(socket);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
        List<SocketChannel> idle = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            idle.add(SocketChannel.open(UnixDomainSocketAddress.of(socket)));
        }
        assertTrue(overSocket(socket, "/readyz").startsWith("HTTP/1.1 200 "));
        assertTrue(overSocket(socket, "/metrics").startsWith("HTTP/1.1 404 "));
        for (SocketChannel channel : idle) {
            channel.close();
        }
        server.close();
        assertFalse(Files.exists(socket));
    }

    private static String overSocket(Path socket, String path) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            channel.write(ByteBuffer.wrap(("GET " + path + " HTTP/1.1\r\n\r\n").getBytes(StandardCharsets.US_ASCII)));
            return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
