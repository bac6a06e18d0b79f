package io.tiercel.sensor.sqs;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tiercel.sensor.metrics.LoopbackHttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.function.Function;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;

/**
 * A stub for SendMessageBatch (SQS JSON protocol) with outcomes that a test chooses. Like SQS, it rejects requests above 256 KiB,
 * counting bodies and the names, types and values of attributes, and requests with invalid attributes.
 */
final class SqsStub implements AutoCloseable {
    /** Outcome of a message. */
    enum Outcome {
        STORED,
        /** Fails as a sender fault. */
        REJECTED,
        /** Fails as a service fault. */
        RETRYABLE,
        /** Fails as a sender fault because of the queue's key, not the message. */
        KEY_UNAVAILABLE,
        /** Fails the whole request as invalid. */
        REQUEST_REJECTED
    }

    private final HttpServer server;
    private final Function<String, Outcome> outcomes;
    private final List<String> stored = Collections.synchronizedList(new ArrayList<>());
    private final List<Map<String, String>> attributes = Collections.synchronizedList(new ArrayList<>());
    private final List<List<String>> batches = Collections.synchronizedList(new ArrayList<>());

    SqsStub(Function<String, Outcome> outcomes) throws IOException {
        this.outcomes = outcomes;
        server = LoopbackHttpServer.create(0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::respond);
        server.start();
    }

    SqsQueue address(String name) {
        String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/111122223333/" + name;
        return SqsQueue.parse(url, "eu-west-1", "");
    }

    private void respond(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode request = JsonNode.parser().parse(exchange.getRequestBody());
            List<JsonNode> entries = request.field("Entries").orElseThrow().asArray();
            List<String> bodies =
                    entries.stream().map(entry -> text(entry, "MessageBody")).toList();
            List<Outcome> chosen = bodies.stream().map(outcomes).toList();
            batches.add(bodies);
            List<Map<String, String>> given =
                    entries.stream().map(SqsStub::attributes).toList();
            if (size(bodies, given) > 256 * 1024) {
                exchange.getResponseHeaders()
                        .set("x-amzn-query-error", "AWS.SimpleQueueService.BatchRequestTooLong;Sender");
                sendJson(exchange, 400, "{\"__type\":\"com.amazonaws.sqs#BatchRequestTooLong\",\"message\":\"long\"}");
                return;
            }
            if (chosen.contains(Outcome.REQUEST_REJECTED)) {
                exchange.getResponseHeaders().set("x-amzn-query-error", "InvalidMessageContents;Sender");
                sendJson(
                        exchange, 400, "{\"__type\":\"com.amazonaws.sqs#InvalidMessageContents\",\"message\":\"bad\"}");
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
                        attributes.add(given.get(i));
                        String attributesMd5 = given.get(i).isEmpty()
                                ? ""
                                : ",\"MD5OfMessageAttributes\":\"" + md5(encoded(given.get(i))) + "\"";
                        successful.add("{\"Id\":\"" + id + "\",\"MessageId\":\"m\",\"MD5OfMessageBody\":\""
                                + md5(body.getBytes(StandardCharsets.UTF_8)) + "\"" + attributesMd5 + "}");
                    }
                    case REJECTED, REQUEST_REJECTED -> failed.add(failure(id, "InvalidMessageContents", true));
                    case RETRYABLE -> failed.add(failure(id, "InternalError", false));
                    case KEY_UNAVAILABLE -> failed.add(failure(id, "KmsAccessDenied", true));
                }
            }
            sendJson(
                    exchange,
                    200,
                    "{\"Successful\":[" + String.join(",", successful) + "],\"Failed\":[" + String.join(",", failed)
                            + "]}");
        }
    }

    private static Map<String, String> attributes(JsonNode entry) {
        Map<String, String> values = new TreeMap<>();
        entry.field("MessageAttributes")
                .map(JsonNode::asObject)
                .orElse(Map.of())
                .forEach((name, attribute) -> {
                    if (!text(attribute, "DataType").equals("String") || !name.matches("[A-Za-z0-9_.-]{1,256}")) {
                        throw new AssertionError("invalid attribute " + name);
                    }
                    values.put(name, text(attribute, "StringValue"));
                });
        return values;
    }

    private static int size(List<String> bodies, List<Map<String, String>> attributes) {
        int size = bodies.stream()
                .mapToInt(body -> body.getBytes(StandardCharsets.UTF_8).length)
                .sum();
        for (Map<String, String> values : attributes) {
            size += values.entrySet().stream()
                    .mapToInt(value -> value.getKey().length()
                            + "String".length()
                            + value.getValue().length())
                    .sum();
        }
        return size;
    }

    private static String failure(String id, String code, boolean sender) {
        return "{\"Id\":\"" + id + "\",\"Code\":\"" + code + "\",\"Message\":\"m\",\"SenderFault\":" + sender + "}";
    }

    private static String text(JsonNode node, String field) {
        return node.field(field).orElseThrow().asString();
    }

    /** Encodes attributes for their digest (SQS Developer Guide, "Calculating the MD5 message digest"). */
    private static byte[] encoded(Map<String, String> attributes) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        attributes.forEach((name, value) -> {
            bytes.writeBytes(withLength(name));
            bytes.writeBytes(withLength("String"));
            bytes.write(1);
            bytes.writeBytes(withLength(value));
        });
        return bytes.toByteArray();
    }

    private static byte[] withLength(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Integer.BYTES + bytes.length)
                .putInt(bytes.length)
                .put(bytes)
                .array();
    }

    private static String md5(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void sendJson(HttpExchange exchange, int status, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.0");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    /** Returns the bodies of the stored messages in order. */
    List<String> stored() {
        synchronized (stored) {
            return List.copyOf(stored);
        }
    }

    /** Returns the attributes of the stored messages in order. */
    List<Map<String, String>> attributes() {
        synchronized (attributes) {
            return List.copyOf(attributes);
        }
    }

    /** Returns the bodies of all received messages by request. */
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
