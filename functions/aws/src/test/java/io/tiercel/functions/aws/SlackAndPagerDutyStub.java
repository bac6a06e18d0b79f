package io.tiercel.functions.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/**
 * A stub of parts of Slack's Web API and PagerDuty's Events API v2. It rejects invalid requests and records valid ones.
 *
 * @see <a href="https://docs.slack.dev/reference/block-kit/blocks/">Blocks</a>
 * @see <a href="https://developer.pagerduty.com/docs/send-alert-event">Send an alert event</a>
 */
final class SlackAndPagerDutyStub implements AutoCloseable {
    static final String CONVERSATION = "C0123ABCD";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final List<Map<String, String>> posts = new CopyOnWriteArrayList<>();
    private final List<Map<String, String>> edits = new CopyOnWriteArrayList<>();
    private final List<JsonNode> events = new CopyOnWriteArrayList<>();
    private final List<String> rejectedRequests = new CopyOnWriteArrayList<>();
    private final HttpServer server;
    private final String token;
    private final String routingKey;

    SlackAndPagerDutyStub(String token, String routingKey) throws IOException {
        this.token = token;
        this.routingKey = routingKey;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/api/chat.postMessage", exchange -> slack(exchange, posts));
        server.createContext("/api/chat.update", exchange -> slack(exchange, edits));
        server.createContext("/api/conversations.history", exchange -> {
            exchange.getRequestBody().readAllBytes();
            respond(exchange, 200, "{\"ok\":true,\"messages\":[]}");
        });
        server.createContext("/v2/enqueue", this::pagerDuty);
        server.start();
    }

    /** Returns the base URL of both APIs. */
    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Returns the timestamp of a message by its index in {@link #posts}. Slack uses it as the message id. */
    static String ts(int index) {
        return "1767225600.00000" + index;
    }

    /** Returns the parameters of posted Slack messages. */
    List<Map<String, String>> posts() {
        return posts;
    }

    /** Returns the parameters of edited Slack messages. */
    List<Map<String, String>> edits() {
        return edits;
    }

    /** Returns the events that PagerDuty received. */
    List<JsonNode> events() {
        return events;
    }

    /** Returns the rejected requests with reasons. */
    List<String> rejectedRequests() {
        return rejectedRequests;
    }

    private void slack(HttpExchange exchange, List<Map<String, String>> accepted) throws IOException {
        Map<String, String> form = form(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        String error = !("Bearer " + token).equals(authorization)
                ? "invalid_auth"
                : SlackMessageValidator.errorCode(form, JSON);
        boolean edit = accepted == edits;
        if (error.isEmpty() && edit && posts.size() <= index(form.getOrDefault("ts", ""))) {
            error = "message_not_found";
        }
        if (!error.isEmpty()) {
            rejectedRequests.add(exchange.getRequestURI() + ": " + error + ": " + form);
            respond(exchange, 200, "{\"ok\":false,\"error\":\"" + error + "\"}");
            return;
        }
        accepted.add(form);
        String ts = edit ? form.get("ts") : ts(posts.size() - 1);
        String thread = form.containsKey("thread_ts") ? ",\"thread_ts\":\"" + form.get("thread_ts") + "\"" : "";
        respond(
                exchange,
                200,
                "{\"ok\":true,\"channel\":\"" + CONVERSATION + "\",\"ts\":\"" + ts + "\",\"message\":{\"text\":\"x\""
                        + thread + "}}");
    }

    /** Returns the index of a message, or {@link Integer#MAX_VALUE} if it is unknown. */
    private static int index(String ts) {
        return ts.startsWith("1767225600.00000") ? ts.charAt(ts.length() - 1) - '0' : Integer.MAX_VALUE;
    }

    private void pagerDuty(HttpExchange exchange) throws IOException {
        JsonNode event = JSON.readTree(exchange.getRequestBody().readAllBytes());
        String error = invalidField(event);
        if (!error.isEmpty()) {
            rejectedRequests.add(error + ": " + event);
            respond(exchange, 400, "{\"status\":\"invalid event\",\"errors\":[\"" + error + "\"]}");
            return;
        }
        events.add(event);
        respond(exchange, 202, "{\"status\":\"success\",\"dedup_key\":" + event.get("dedup_key") + "}");
    }

    private String invalidField(JsonNode event) {
        String action = event.path("event_action").asText();
        JsonNode payload = event.path("payload");
        if (!event.path("routing_key").asText().equals(routingKey)) {
            return "routing_key";
        } else if (!List.of("trigger", "acknowledge", "resolve").contains(action)) {
            return "event_action";
        } else if (!isTextWithin(event.path("dedup_key"), 255)) {
            return "dedup_key";
        } else if (!action.equals("trigger")) {
            return "";
        } else if (!isTextWithin(payload.path("summary"), 1024) || !isTextWithin(payload.path("source"), 1024)) {
            return "summary or source";
        }
        return List.of("critical", "error", "warning", "info")
                        .contains(payload.path("severity").asText())
                ? ""
                : "severity";
    }

    private static boolean isTextWithin(JsonNode text, int limit) {
        return text.isTextual()
                && !text.textValue().isEmpty()
                && text.textValue().length() <= limit;
    }

    private static Map<String, String> form(String body) {
        return Arrays.stream(body.split("&", -1))
                .map(pair -> pair.split("=", 2))
                .collect(Collectors.toMap(
                        pair -> pair[0],
                        pair -> URLDecoder.decode(pair.length > 1 ? pair[1] : "", StandardCharsets.UTF_8)));
    }

    private static void respond(HttpExchange exchange, int status, String json) throws IOException {
        try (exchange) {
            byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
