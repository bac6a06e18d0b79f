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
 * A stub of the used parts of Slack's Web API and PagerDuty's Events API v2. Rejects invalid requests and records valid ones.
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
    private final List<String> faults = new CopyOnWriteArrayList<>();
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
            answer(exchange, 200, "{\"ok\":true,\"messages\":[]}");
        });
        server.createContext("/v2/enqueue", this::pagerDuty);
        server.start();
    }

    /** Returns the address of both. */
    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Returns the timestamp, which is the id, of a message by its index in {@link #posts}. */
    static String ts(int number) {
        return "1767225600.00000" + number;
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
    List<String> faults() {
        return faults;
    }

    private void slack(HttpExchange exchange, List<Map<String, String>> taken) throws IOException {
        Map<String, String> form = form(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        String shown = exchange.getRequestHeaders().getFirst("Authorization");
        String fault = !("Bearer " + token).equals(shown) ? "invalid_auth" : MessageFaults.of(form, JSON);
        boolean edit = taken == edits;
        if (fault.isEmpty() && edit && posts.size() <= number(form.getOrDefault("ts", ""))) {
            fault = "message_not_found";
        }
        if (!fault.isEmpty()) {
            faults.add(exchange.getRequestURI() + ": " + fault + ": " + form);
            answer(exchange, 200, "{\"ok\":false,\"error\":\"" + fault + "\"}");
            return;
        }
        taken.add(form);
        String ts = edit ? form.get("ts") : ts(posts.size() - 1);
        String thread = form.containsKey("thread_ts") ? ",\"thread_ts\":\"" + form.get("thread_ts") + "\"" : "";
        answer(
                exchange,
                200,
                "{\"ok\":true,\"channel\":\"" + CONVERSATION + "\",\"ts\":\"" + ts + "\",\"message\":{\"text\":\"x\""
                        + thread + "}}");
    }

    /** Returns the index of a message, or -1. */
    private static int number(String ts) {
        return ts.startsWith("1767225600.00000") ? ts.charAt(ts.length() - 1) - '0' : Integer.MAX_VALUE;
    }

    private void pagerDuty(HttpExchange exchange) throws IOException {
        JsonNode event = JSON.readTree(exchange.getRequestBody().readAllBytes());
        String fault = fault(event);
        if (!fault.isEmpty()) {
            faults.add(fault + ": " + event);
            answer(exchange, 400, "{\"status\":\"invalid event\",\"errors\":[\"" + fault + "\"]}");
            return;
        }
        events.add(event);
        answer(exchange, 202, "{\"status\":\"success\",\"dedup_key\":" + event.get("dedup_key") + "}");
    }

    private String fault(JsonNode event) {
        String action = event.path("event_action").asText();
        JsonNode payload = event.path("payload");
        if (!event.path("routing_key").asText().equals(routingKey)) {
            return "routing_key";
        } else if (!List.of("trigger", "acknowledge", "resolve").contains(action)) {
            return "event_action";
        } else if (!fits(event.path("dedup_key"), 255)) {
            return "dedup_key";
        } else if (!action.equals("trigger")) {
            return "";
        } else if (!fits(payload.path("summary"), 1024) || !fits(payload.path("source"), 1024)) {
            return "summary or source";
        }
        return List.of("critical", "error", "warning", "info")
                        .contains(payload.path("severity").asText())
                ? ""
                : "severity";
    }

    private static boolean fits(JsonNode text, int limit) {
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

    private static void answer(HttpExchange exchange, int status, String json) throws IOException {
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
