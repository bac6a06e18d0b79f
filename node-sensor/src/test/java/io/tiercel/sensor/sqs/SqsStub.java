package io.tiercel.sensor.sqs;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.function.Function;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;

/** SendMessageBatch as SQS answers it (its JSON protocol), with outcomes that a test chooses. */
final class SqsStub implements AutoCloseable {
    /** What happens to a message. */
    enum Outcome {
        STORED,
        /** By a fault of the sender. */
        BAD,
        /** By a fault of the service. */
        LATER,
        /** By a fault of the sender in the queue's key, not in the message. */
        NO_KEY,
        /** With the whole request, as invalid. */
        ALL_BAD
    }

    private final HttpServer server;
    private final Function<String, Outcome> outcomes;
    private final List<String> stored = Collections.synchronizedList(new ArrayList<>());
    private final List<List<String>> batches = Collections.synchronizedList(new ArrayList<>());

    SqsStub(Function<String, Outcome> outcomes) throws IOException {
        this.outcomes = outcomes;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    SqsQueue address(String name) {
        String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/111122223333/" + name;
        return SqsQueue.parse(url, "eu-west-1", "");
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode request = JsonNode.parser().parse(exchange.getRequestBody());
            List<JsonNode> entries = request.field("Entries").orElseThrow().asArray();
            List<String> bodies =
                    entries.stream().map(entry -> text(entry, "MessageBody")).toList();
            List<Outcome> chosen = bodies.stream().map(outcomes).toList();
            batches.add(bodies);
            if (chosen.contains(Outcome.ALL_BAD)) {
                exchange.getResponseHeaders().set("x-amzn-query-error", "InvalidMessageContents;Sender");
                say(exchange, 400, "{\"__type\":\"com.amazonaws.sqs#InvalidMessageContents\",\"message\":\"bad\"}");
                return;
            }
            List<String> successful = new ArrayList<>();
            List<String> failed = new ArrayList<>();
            for (int i = 0; i < entries.size(); i++) {
                String id = text(entries.get(i), "Id");
                String body = bodies.get(i);
                switch (chosen.get(i)) {
                    case STORED -> {
                        stored.add(body);
                        successful.add("{\"Id\":\"" + id + "\",\"MessageId\":\"m\",\"MD5OfMessageBody\":\"" + md5(body)
                                + "\"}");
                    }
                    case BAD, ALL_BAD -> failed.add(failure(id, "InvalidMessageContents", true));
                    case LATER -> failed.add(failure(id, "InternalError", false));
                    case NO_KEY -> failed.add(failure(id, "KmsAccessDenied", true));
                }
            }
            say(
                    exchange,
                    200,
                    "{\"Successful\":[" + String.join(",", successful) + "],\"Failed\":[" + String.join(",", failed)
                            + "]}");
        }
    }

    private static String failure(String id, String code, boolean sender) {
        return "{\"Id\":\"" + id + "\",\"Code\":\"" + code + "\",\"Message\":\"m\",\"SenderFault\":" + sender + "}";
    }

    private static String text(JsonNode node, String field) {
        return node.field(field).orElseThrow().asString();
    }

    private static String md5(String body) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("MD5").digest(body.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void say(HttpExchange exchange, int status, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.0");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    /** Bodies of the messages that were stored, in their order. */
    List<String> stored() {
        synchronized (stored) {
            return List.copyOf(stored);
        }
    }

    /** Bodies of all messages that came, by request. */
    List<List<String>> batches() {
        synchronized (batches) {
            return List.copyOf(batches);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
