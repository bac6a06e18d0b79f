package io.tiercel.functions.credential;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** An issuer on the loopback interface that counts requests and misbehaves as told. It serves two paths and nothing else. */
final class StandInIssuer implements AutoCloseable {
    static final String DISCOVERY = "/id/1/.well-known/openid-configuration";
    static final String KEYS = "/id/1/keys";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicInteger discoveries = new AtomicInteger();
    private final AtomicInteger keyRequests = new AtomicInteger();
    private volatile Behavior behavior = Behavior.NORMAL;
    private volatile String keySet = TestKey.keySet(TestKey.RSA);
    private volatile Function<String, String> discovery =
            issuer -> "{\"issuer\":\"%s\",\"jwks_uri\":\"%s/keys\",\"response_types_supported\":[\"id_token\"]}"
                    .formatted(issuer, issuer);

    /** How it responds. */
    enum Behavior {
        NORMAL,
        STATUS_500,
        REDIRECT,
        HUGE,
        ENDLESS_BODY,
        NO_RESPONSE,
        SLOW_BODY
    }

    StandInIssuer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    String issuer() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/id/1";
    }

    void publish(TestKey... keys) {
        keySet = TestKey.keySet(keys);
    }

    void publishText(String text) {
        keySet = text;
    }

    void describe(Function<String, String> document) {
        discovery = document;
    }

    void behave(Behavior as) {
        behavior = as;
    }

    int discoveries() {
        return discoveries.get();
    }

    int keyRequests() {
        return keyRequests.get();
    }

    /** Returns the settings for this issuer and the defaults otherwise. */
    IdentitySettings settings() {
        Map<String, String> settings = Map.of(IdentitySettings.ISSUER, issuer());
        return IdentitySettings.parse(
                name -> Optional.ofNullable(settings.get(name)), (variable, location) -> location);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().toString();
            switch (path) {
                case DISCOVERY -> {
                    discoveries.incrementAndGet();
                    respond(exchange, discovery.apply(issuer()));
                }
                case KEYS -> {
                    keyRequests.incrementAndGet();
                    respond(exchange, keySet);
                }
                default -> exchange.sendResponseHeaders(404, -1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void respond(HttpExchange exchange, String body) throws IOException, InterruptedException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        switch (behavior) {
            case NORMAL -> {
                exchange.sendResponseHeaders(200, bytes.length);
                exchange.getResponseBody().write(bytes);
            }
            case STATUS_500 -> exchange.sendResponseHeaders(500, -1);
            case REDIRECT -> {
                exchange.getResponseHeaders().set("Location", issuer() + "/elsewhere");
                exchange.sendResponseHeaders(302, -1);
            }
            case HUGE -> {
                exchange.sendResponseHeaders(200, 0);
                exchange.getResponseBody().write(bytes);
                exchange.getResponseBody().write(" ".repeat(64 * 1024).getBytes(StandardCharsets.UTF_8));
            }
            case ENDLESS_BODY -> {
                exchange.sendResponseHeaders(200, 0);
                byte[] more = new byte[8_192];
                while (closed.getCount() > 0) {
                    exchange.getResponseBody().write(more);
                }
            }
            case NO_RESPONSE -> closed.await(1, TimeUnit.MINUTES);
            case SLOW_BODY -> {
                exchange.sendResponseHeaders(200, bytes.length);
                for (byte one : bytes) {
                    exchange.getResponseBody().write(one);
                    exchange.getResponseBody().flush();
                    if (closed.await(100, TimeUnit.MILLISECONDS)) {
                        return;
                    }
                }
            }
        }
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
