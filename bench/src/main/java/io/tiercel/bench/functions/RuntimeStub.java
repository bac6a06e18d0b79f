package io.tiercel.bench.functions;

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
 * What a Lambda talks to: the runtime API, which hands out one event at a time, and an SQS that takes every message.
 *
 * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html">Lambda runtime API</a>
 */
final class RuntimeStub implements AutoCloseable {
    private static final String PREFIX = "/2018-06-01/runtime/";
    private static final long LONGEST_SECONDS = 60;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final BlockingQueue<Long> asked = new LinkedBlockingQueue<>();
    private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();

    /** @param at {@link System#nanoTime} */
    record Answer(long at, String body) {}

    RuntimeStub() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext(PREFIX, this::runtime);
        server.createContext("/", RuntimeStub::queue);
        server.start();
    }

    /** Host and port. */
    String address() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** When the function asks for an event, {@link System#nanoTime}. */
    long asks() throws InterruptedException {
        Long at = asked.poll(LONGEST_SECONDS, TimeUnit.SECONDS);
        if (at == null) {
            throw new IllegalStateException("the function did not ask for an event");
        }
        return at;
    }

    /** The answer to an event. */
    Answer invoke(String event) throws InterruptedException {
        events.add(event);
        Answer answer = answers.poll(LONGEST_SECONDS, TimeUnit.SECONDS);
        if (answer == null) {
            throw new IllegalStateException("the function did not answer");
        }
        return answer;
    }

    private void runtime(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            if (exchange.getRequestURI().getPath().equals(PREFIX + "invocation/next")) {
                asked.add(System.nanoTime());
                byte[] event = events.take().getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Lambda-Runtime-Aws-Request-Id", "1");
                // The client reads these without looking whether they are there.
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
                answers.add(new Answer(System.nanoTime(), new String(body, StandardCharsets.UTF_8)));
                exchange.sendResponseHeaders(202, -1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The SDK checks that what SQS has is what it sent. */
    private static void queue(HttpExchange exchange) throws IOException {
        try (exchange) {
            String sent = JSON.readTree(exchange.getRequestBody().readAllBytes())
                    .path("MessageBody")
                    .asText();
            byte[] answer = ("{\"MessageId\":\"1\",\"MD5OfMessageBody\":\"" + md5(sent) + "\"}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.0");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
        }
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
