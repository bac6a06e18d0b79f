package io.tiercel.sensor.identity;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tiercel.sensor.metrics.LoopbackHttpServer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A strict stub for the EC2 instance metadata service, version 2. Like the real one, it answers 401 to requests without a valid
 * session token. It refuses session requests without a valid time to live, and those that a proxy forwarded.
 */
final class MetadataStub implements AutoCloseable {
    static final String ID_PATH = "/latest/meta-data/instance-id";
    static final String DOCUMENT_PATH = "/latest/dynamic/instance-identity/rsa2048";

    private final HttpServer server;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, String> contents = Collections.synchronizedMap(new HashMap<>());
    private final Set<String> sessions = Collections.synchronizedSet(new HashSet<>());
    private final AtomicInteger requests = new AtomicInteger();
    private volatile String session = "AQAEAsession==";

    MetadataStub() throws IOException {
        server = LoopbackHttpServer.create(0);
        server.setExecutor(executor);
        server.createContext("/", this::respond);
        server.start();
    }

    InstanceMetadata client() {
        return InstanceMetadata.at(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()));
    }

    MetadataStub with(String path, String content) {
        contents.put(path, content);
        return this;
    }

    /** Sets the session token that the stub issues. */
    MetadataStub withSession(String token) {
        session = token;
        return this;
    }

    int requests() {
        return requests.get();
    }

    private void respond(HttpExchange exchange) throws IOException {
        try (exchange) {
            requests.incrementAndGet();
            String path = exchange.getRequestURI().getPath();
            if (path.equals("/latest/api/token")) {
                issueSession(exchange);
                return;
            }
            String shown = exchange.getRequestHeaders().getFirst("X-aws-ec2-metadata-token");
            if (!exchange.getRequestMethod().equals("GET") || shown == null || !sessions.contains(shown)) {
                exchange.sendResponseHeaders(401, -1);
                return;
            }
            String content = contents.get(path);
            if (content == null) {
                exchange.sendResponseHeaders(404, -1);
            } else {
                send(exchange, content);
            }
        }
    }

    private void issueSession(HttpExchange exchange) throws IOException {
        String seconds = exchange.getRequestHeaders().getFirst("X-aws-ec2-metadata-token-ttl-seconds");
        if (!exchange.getRequestMethod().equals("PUT")) {
            exchange.sendResponseHeaders(405, -1);
        } else if (exchange.getRequestHeaders().containsKey("X-Forwarded-For")) {
            exchange.sendResponseHeaders(403, -1);
        } else if (seconds == null || !seconds.matches("[1-9][0-9]{0,4}") || Integer.parseInt(seconds) > 21_600) {
            exchange.sendResponseHeaders(400, -1);
        } else {
            sessions.add(session);
            send(exchange, session);
        }
    }

    private static void send(HttpExchange exchange, String content) throws IOException {
        byte[] body = content.getBytes(StandardCharsets.ISO_8859_1);
        exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }
}
