package io.tiercel.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Slack's Web API and PagerDuty's Events API on loopback. They accept every message and remember it. */
final class ChannelStub implements AutoCloseable {
    private static final String PAGE = "/v2/enqueue";

    private final List<Message> received = new CopyOnWriteArrayList<>();
    private final AtomicInteger posts = new AtomicInteger();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;

    /**
     * A request.
     *
     * @param path the path of its address
     * @param body its body; a form is decoded
     */
    record Message(String path, String body) {}

    ChannelStub() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String type = String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type"));
            boolean isForm = type.startsWith("application/x-www-form-urlencoded");
            received.add(new Message(path, isForm ? URLDecoder.decode(body, StandardCharsets.UTF_8) : body));
            String answer = path.equals(PAGE)
                    ? "{\"status\":\"success\",\"message\":\"Event processed\",\"dedup_key\":\"key\"}"
                    : "{\"ok\":true,\"channel\":\"C0123ABCD\",\"ts\":\"1700000000.%06d\",\"messages\":[]}"
                            .formatted(posts.incrementAndGet());
            byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(path.equals(PAGE) ? 202 : 200, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    /** Returns the address without a path. */
    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Returns the calls of Slack's API, in order. */
    List<Message> slackCalls() {
        return received.stream().filter(message -> !message.path.equals(PAGE)).toList();
    }

    /** Returns the events that page somebody, in order. */
    List<Message> pages() {
        return received.stream()
                .filter(message -> message.path.equals(PAGE))
                .filter(message -> message.body.replace(" ", "").contains("\"event_action\":\"trigger\""))
                .toList();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
