package io.tiercel.functions.aws;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A stub of the Lambda runtime API. Returns one event at a time and receives the responses.
 *
 * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html">Lambda runtime API</a>
 */
final class RuntimeApiStub implements AutoCloseable {
    private static final String PREFIX = "/2018-06-01/runtime/";
    private static final Pattern RESPONSE = Pattern.compile(PREFIX + "invocation/([^/]+)/(response|error)");

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final BlockingQueue<Invocation> pending = new LinkedBlockingQueue<>();
    private final Map<String, Invocation> running = new ConcurrentHashMap<>();
    private final CompletableFuture<Instant> ready = new CompletableFuture<>();
    private final int timeoutSeconds;

    private record Invocation(String id, String event, CompletableFuture<String> response) {}

    RuntimeApiStub(int timeoutSeconds) throws IOException {
        this.timeoutSeconds = timeoutSeconds;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext(PREFIX, this::handle);
        server.start();
    }

    /** Returns the value of {@code AWS_LAMBDA_RUNTIME_API}. */
    String address() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** Completes with the time of the first poll; fails if the function does not start. */
    CompletableFuture<Instant> ready() {
        return ready;
    }

    /** Completes with the response to an event; fails with the error that the function reports. */
    CompletableFuture<String> invoke(String id, String event) {
        CompletableFuture<String> response = new CompletableFuture<>();
        pending.add(new Invocation(id, event, response));
        return response;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            Matcher response = RESPONSE.matcher(path);
            if (path.equals(PREFIX + "invocation/next")) {
                next(exchange);
            } else if (response.matches()) {
                accept(exchange);
                complete(response.group(1), response.group(2), body);
            } else if (path.equals(PREFIX + "init/error")) {
                accept(exchange);
                ready.completeExceptionally(new AssertionError("the function could not start: " + body));
            } else {
                exchange.sendResponseHeaders(404, -1);
            }
        }
    }

    private void next(HttpExchange exchange) throws IOException {
        ready.complete(Instant.now());
        try {
            Invocation invocation = pending.take();
            running.put(invocation.id(), invocation);
            long deadline = Instant.now().plusSeconds(timeoutSeconds).toEpochMilli();
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.getResponseHeaders().set("Lambda-Runtime-Aws-Request-Id", invocation.id());
            exchange.getResponseHeaders().set("Lambda-Runtime-Deadline-Ms", Long.toString(deadline));
            exchange.getResponseHeaders()
                    .set(
                            "Lambda-Runtime-Invoked-Function-Arn",
                            "arn:aws:lambda:eu-west-1:123456789012:function:tiercel:live");
            byte[] event = invocation.event().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, event.length);
            exchange.getResponseBody().write(event);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void accept(HttpExchange exchange) {
        try {
            exchange.sendResponseHeaders(202, -1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void complete(String id, String outcome, String body) {
        Invocation invocation = running.remove(id);
        if (invocation == null) {
            throw new AssertionError("response to unknown request " + id);
        }
        if (outcome.equals("response")) {
            invocation.response().complete(body);
        } else {
            invocation.response().completeExceptionally(new AssertionError("the function failed: " + body));
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
