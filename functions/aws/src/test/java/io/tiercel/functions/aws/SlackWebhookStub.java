package io.tiercel.functions.aws;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A stub of a Slack incoming webhook that records all messages. */
final class SlackWebhookStub implements AutoCloseable {
    private final List<String> messages = new CopyOnWriteArrayList<>();
    private final HttpServer server;

    SlackWebhookStub() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/services/secret", exchange -> {
            try (exchange) {
                messages.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
                byte[] response = "ok".getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, response.length);
                exchange.getResponseBody().write(response);
            }
        });
        server.start();
    }

    /** Returns the URL of the webhook, which contains the secret. */
    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/services/secret";
    }

    /** Returns the received messages. */
    List<String> messages() {
        return messages;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
