package io.tiercel.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.http.HttpResult.Failure;
import io.tiercel.http.HttpResult.NoResponse;
import io.tiercel.http.HttpResult.Responded;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Servers that are slow, endless, hostile or absent. */
@Tag("unit")
@Timeout(60)
class BoundedHttpClientTest {
    private static final Duration EXCHANGE = Duration.ofSeconds(3);

    /** The machine may be busy. Without a limit, the tests would not end. */
    private static final Duration TOLERANCE = Duration.ofSeconds(10);

    private static final int BODY_BYTES = 100;
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final BoundedHttpClient client = new BoundedHttpClient(
            new HttpLimits(Duration.ofSeconds(3), EXCHANGE, BODY_BYTES), TlsFiles.none(), () -> NOW);

    private static OutboundRequest get(URI address) {
        return new OutboundRequest("GET", address, Map.of(), new byte[0]);
    }

    private HttpResult sendInTime(OutboundRequest request) throws InterruptedException {
        long start = System.nanoTime();
        HttpResult result = client.send(request);
        Duration taken = Duration.ofNanos(System.nanoTime() - start);
        assertTrue(taken.compareTo(EXCHANGE.plus(TOLERANCE)) < 0, "took " + taken);
        return result;
    }

    private static void assertFailure(Failure expected, HttpResult result) {
        assertEquals(expected, assertInstanceOf(NoResponse.class, result).failure());
    }

    @Test
    void a_response_that_drips_before_its_status_times_out() throws Exception {
        try (RawServer server = new RawServer((_, out) -> RawServer.drip(out, 'H'))) {
            assertFailure(Failure.TIMEOUT, sendInTime(get(server.address("/"))));
        }
        try (RawServer server = new RawServer((_, out) -> {
            RawServer.write(out, "HTTP/1.1 200 OK\r\nX-Slow: ");
            RawServer.drip(out, 'x');
        })) {
            assertFailure(Failure.TIMEOUT, sendInTime(get(server.address("/"))));
        }
    }

    @Test
    void a_status_counts_although_the_body_drips_or_breaks() throws Exception {
        try (RawServer server = new RawServer((_, out) -> {
            RawServer.write(out, "HTTP/1.1 202 Accepted\r\nContent-Length: 1000\r\n\r\nab");
            RawServer.drip(out, 'c');
        })) {
            Responded responded = assertInstanceOf(Responded.class, sendInTime(get(server.address("/"))));
            assertEquals(202, responded.status());
            assertFalse(responded.complete());
            assertTrue(responded.body().startsWith("abc"), responded.body());
        }
        try (RawServer server = new RawServer((_, out) -> {
            RawServer.write(out, "HTTP/1.1 503 No\r\nRetry-After: 7\r\nContent-Length: 1000\r\n\r\nab");
            out.close();
        })) {
            Responded responded = assertInstanceOf(Responded.class, sendInTime(get(server.address("/"))));
            assertEquals(503, responded.status());
            assertEquals(Optional.of(Duration.ofSeconds(7)), responded.retryAfter());
            assertFalse(responded.complete());
        }
    }

    @Test
    void an_endless_body_is_cut_and_a_long_one_keeps_the_connection() throws Exception {
        AtomicInteger chunks = new AtomicInteger();
        try (RawServer server = new RawServer((line, out) -> {
            if (line.startsWith("GET /endless")) {
                RawServer.write(out, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                for (int i = 0; i < 100_000; i++) {
                    chunks.incrementAndGet();
                    RawServer.write(out, "3e8\r\n" + "x".repeat(1000) + "\r\n");
                }
            }
            RawServer.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + "y".repeat(5000));
        })) {
            for (int i = 0; i < 3; i++) {
                Responded responded = assertInstanceOf(Responded.class, sendInTime(get(server.address("/long"))));
                assertEquals("y".repeat(BODY_BYTES), responded.body());
                assertFalse(responded.complete());
            }
            assertEquals(1, server.connections());
            Responded endless = assertInstanceOf(Responded.class, sendInTime(get(server.address("/endless"))));
            assertEquals("x".repeat(BODY_BYTES), endless.body());
            assertFalse(endless.complete());
            assertTrue(chunks.get() < 30_000, () -> chunks + " chunks");
        }
    }

    @Test
    void redirects_are_not_followed() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        try (RawServer server = new RawServer((_, out) -> {
            requests.incrementAndGet();
            RawServer.write(out, "HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n");
        })) {
            Responded responded = assertInstanceOf(Responded.class, sendInTime(get(server.address("/"))));
            assertEquals(302, responded.status());
            assertTrue(responded.complete());
            assertEquals(1, requests.get());
        }
    }

    @Test
    void servers_that_do_not_respond_are_described_without_the_address() throws Exception {
        int unused;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            unused = socket.getLocalPort();
        }
        HttpResult refused = sendInTime(get(URI.create("http://127.0.0.1:" + unused + "/hunter2-secret")));
        assertEquals(new NoResponse(Failure.CONNECT, "connection refused"), refused);
        assertFailure(Failure.UNKNOWN_HOST, client.send(get(URI.create("https://hunter2.invalid/"))));
        try (RawServer server = new RawServer((_, out) -> out.close())) {
            assertEquals(
                    new NoResponse(Failure.BROKEN, "the connection ended before the response"),
                    sendInTime(get(server.address("/hunter2-secret"))));
        }
        client.close();
        assertFailure(Failure.CLOSED, sendInTime(get(URI.create("http://127.0.0.1:" + unused + "/"))));
    }

    @Test
    void error_pages_that_repeat_the_request_do_not_reveal_it() throws Exception {
        try (RawServer server = new RawServer((line, out) -> {
            String page = "Cannot " + line.split(" ", -1)[1] + " or B0SECRET99 for tok-hunter2";
            RawServer.write(out, "HTTP/1.1 404 No\r\nContent-Length: " + page.length() + "\r\n\r\n" + page);
        })) {
            OutboundRequest request = new OutboundRequest(
                    "GET", server.address("/x/B0SECRET99"), Map.of("Authorization", "Bearer tok-hunter2"), new byte[0]);
            Responded responded = assertInstanceOf(Responded.class, sendInTime(request));
            assertEquals("Cannot [redacted] or [redacted] for [redacted]", responded.body());
            assertEquals("GET request of 0 bytes", request.toString());
        }
    }

    @Test
    void an_interrupt_ends_the_exchange() throws Exception {
        try (RawServer server = new RawServer((_, out) -> RawServer.drip(out, 'H'))) {
            Thread.currentThread().interrupt();
            assertThrows(InterruptedException.class, () -> client.send(get(server.address("/"))));
            assertFalse(Thread.interrupted());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "POST, ftp://example.com/, A, b",
        "POST, https:///x, A, b",
        "POST, https://user@example.com/, A, b",
        "DELETE, https://example.com/, A, b",
        "POST, https://example.com/, Host, b",
        "POST, https://example.com/, Content-Length, b",
        "POST, https://example.com/, 'A: x', b",
        "POST, https://example.com/, A, 'hunter2\r\nX: y'",
        "POST, https://example.com/, A, hunter2\u00e9",
    })
    void invalid_requests_are_rejected_without_their_secrets(String method, String address, String name, String value) {
        URI uri = URI.create(address);
        Map<String, String> headers = Map.of(name, value);
        String message = String.valueOf(assertThrows(
                        IllegalArgumentException.class, () -> new OutboundRequest(method, uri, headers, new byte[0]))
                .getMessage());
        assertFalse(message.contains("hunter2") || message.contains("example"), message);
    }
}
