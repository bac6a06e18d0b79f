package io.tiercel.bench.functions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A stub of the services that a Lambda function calls. The runtime API delivers one event at a time. SQS
 * accepts every message, the tables of DynamoDB are empty, and the kill switch in Systems Manager is off.
 *
 * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html">Lambda runtime API</a>
 */
final class RuntimeStub implements AutoCloseable {
    private static final String PREFIX = "/2018-06-01/runtime/";
    private static final long TIMEOUT_SECONDS = 60;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final BlockingQueue<Long> nextRequests = new LinkedBlockingQueue<>();
    private final BlockingQueue<InvocationResult> results = new LinkedBlockingQueue<>();

    /**
     * The response to an event.
     *
     * @param completedNanos time of the response, from {@link System#nanoTime}
     */
    record InvocationResult(long completedNanos, String body) {}

    RuntimeStub() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext(PREFIX, this::runtime);
        server.createContext("/", RuntimeStub::service);
        server.start();
    }

    /** Returns host and port. */
    String address() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** Waits until the function requests an event. Returns the time from {@link System#nanoTime}. */
    long awaitNextRequest() throws InterruptedException {
        Long at = nextRequests.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        if (at == null) {
            throw new IllegalStateException("the function did not request an event");
        }
        return at;
    }

    /** Sends an event to the function and returns the response. */
    InvocationResult invoke(String event) throws InterruptedException {
        events.add(event);
        InvocationResult result = results.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        if (result == null) {
            throw new IllegalStateException("the function did not respond");
        }
        return result;
    }

    private void runtime(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            if (exchange.getRequestURI().getPath().equals(PREFIX + "invocation/next")) {
                nextRequests.add(System.nanoTime());
                byte[] event = events.take().getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Lambda-Runtime-Aws-Request-Id", "1");
                // The client requires these headers.
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                exchange.getResponseHeaders()
                        .set(
                                "Lambda-Runtime-Invoked-Function-Arn",
                                "arn:aws:lambda:eu-west-1:123456789012:function:tiercel:live");
                exchange.getResponseHeaders()
                        .set("Lambda-Runtime-Deadline-Ms", Long.toString(System.currentTimeMillis() + 60_000));
                exchange.sendResponseHeaders(200, event.length);
                exchange.getResponseBody().write(event);
            } else {
                results.add(new InvocationResult(System.nanoTime(), new String(body, StandardCharsets.UTF_8)));
                exchange.sendResponseHeaders(202, -1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void service(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode request = JSON.readTree(exchange.getRequestBody().readAllBytes());
            String operation = String.valueOf(exchange.getRequestHeaders().getFirst("X-Amz-Target"));
            byte[] response = response(operation, request).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.0");
            exchange.sendResponseHeaders(200, response.length);
            exchange.getResponseBody().write(response);
        }
    }

    private static String response(String operation, JsonNode request) {
        return switch (operation.substring(operation.indexOf('.') + 1)) {
            // The SDK verifies the MD5 digest of the message.
            case "SendMessage" ->
                "{\"MessageId\":\"1\",\"MD5OfMessageBody\":\""
                        + md5(request.path("MessageBody").asText()) + "\"}";
            case "GetParameter" -> "{\"Parameter\":{\"Value\":\"off\"}}";
            case "Query" -> "{\"Items\":[],\"Count\":0}";
            default -> "{}";
        };
    }

    private static String md5(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
