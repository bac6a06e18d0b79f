package io.tiercel.functions.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tiercel.functions.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A conversation in Slack and a service of PagerDuty, as one HTTP server on a free port of this machine. */
final class ChatAndPagerStub implements AutoCloseable {
    private static final Pattern INCIDENTS = Pattern.compile("(\\d+) incidents? (?:of|over)");
    private static final Pattern ALERTS = Pattern.compile(", (\\d+) alerts?(?:$|,)");

    private final HttpServer server;
    private final Map<String, String> messages = new LinkedHashMap<>();
    private final Set<String> pages = new LinkedHashSet<>();
    private int slackCalls;

    private ChatAndPagerStub(HttpServer server) {
        this.server = server;
    }

    static ChatAndPagerStub start() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        ChatAndPagerStub stub = new ChatAndPagerStub(server);
        server.createContext("/", stub::handle);
        server.start();
        return stub;
    }

    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Number of posts and edits. */
    synchronized int slackCalls() {
        return slackCalls;
    }

    /** The texts of the root messages, as people see them now. */
    synchronized List<String> messages() {
        return List.copyOf(messages.values());
    }

    /** The keys of the alerts that were triggered. */
    synchronized Set<String> pages() {
        return Set.copyOf(pages);
    }

    /** Returns how many incidents a message is about. */
    static long incidents(String message) {
        Matcher group = INCIDENTS.matcher(message);
        return group.find() ? Long.parseLong(group.group(1)) : 1;
    }

    /** Returns how many alerts a message counts. */
    static long alerts(String message) {
        Matcher group = ALERTS.matcher(message);
        if (group.find()) {
            return Long.parseLong(group.group(1));
        }
        Matcher times = Pattern.compile("^(\\d+) times").matcher(message);
        return times.find() ? Long.parseLong(times.group(1)) : 1;
    }

    private synchronized void handle(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String answer = switch (exchange.getRequestURI().getPath()) {
            case "/api/chat.postMessage" -> slack(form(body), messages.size() + 1 + ".0");
            case "/api/chat.update" ->
                slack(form(body), Objects.requireNonNull(form(body).get("ts")));
            case "/v2/enqueue" -> pagerDuty(Json.MAPPER.readTree(body));
            default -> throw new IOException("unexpected request to " + exchange.getRequestURI());
        };
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private String slack(Map<String, String> form, String ts) {
        slackCalls++;
        if (!form.containsKey("thread_ts")) {
            messages.put(ts, form.getOrDefault("text", ""));
        }
        return "{\"ok\":true,\"channel\":\"C1\",\"ts\":\"" + ts + "\"}";
    }

    private String pagerDuty(JsonNode event) {
        if (event.get("event_action").asText().equals("trigger")) {
            pages.add(event.get("dedup_key").asText());
        }
        return "{\"status\":\"success\"}";
    }

    private static Map<String, String> form(String body) {
        Map<String, String> form = new HashMap<>();
        for (String part : body.split("&", -1)) {
            int equals = part.indexOf('=');
            form.put(part.substring(0, equals), URLDecoder.decode(part.substring(equals + 1), StandardCharsets.UTF_8));
        }
        return form;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
