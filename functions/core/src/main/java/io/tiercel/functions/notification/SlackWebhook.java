package io.tiercel.functions.notification;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.intake.Text;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;

/**
 * Slack through an incoming webhook. A webhook can neither edit a message nor find it again, so a growing incident is told
 * once per power of ten. The address is a secret and appears in no message, exception or {@link #toString}.
 */
public final class SlackWebhook implements Notifier, AutoCloseable {
    private static final Duration TIME_OUT = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofSeconds(10);
    /** Slack takes about one message per second from a webhook. */
    private static final Duration PACE = Duration.ofSeconds(1);

    private static final int REASON_BYTES = 200;
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final URI address;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIME_OUT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    private SlackWebhook(URI address) {
        this.address = address;
    }

    /**
     * The webhook of an address.
     *
     * @throws IllegalArgumentException if it is not https, or http to this machine; the message does not hold it
     */
    public static SlackWebhook of(String address) {
        try {
            URI uri = new URI(address.strip());
            boolean local = "http".equals(uri.getScheme()) && LOOPBACK.contains(uri.getHost());
            if (uri.getHost() != null && uri.getUserInfo() == null && (local || "https".equals(uri.getScheme()))) {
                return new SlackWebhook(uri);
            }
        } catch (URISyntaxException e) {
            // Told below: the exception's own message would give the secret away.
        }
        throw new IllegalArgumentException(
                "the Slack webhook is not an https:// address (http:// only to localhost or 127.0.0.1)");
    }

    @Override
    public String channel() {
        return "slack";
    }

    @Override
    public long nextCount(long announcedCount) {
        long next = 1;
        while (next <= announcedCount) {
            next = Math.multiplyExact(next, 10);
        }
        return next;
    }

    @Override
    public Duration pause() {
        return PAUSE;
    }

    @Override
    public Duration pace() {
        return PACE;
    }

    @Override
    public Delivery send(Incident incident, long announcedCount) {
        try {
            byte[] payload =
                    MAPPER.writeValueAsBytes(SlackMessage.webhook(incident, announcedCount, message(incident)));
            HttpRequest request = HttpRequest.newBuilder(address)
                    .timeout(TIME_OUT)
                    .header("Content-Type", "application/json; charset=utf-8")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(payload))
                    .build();
            HttpResponse<InputStream> response = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                String words = new String(body.readNBytes(REASON_BYTES), StandardCharsets.UTF_8);
                return delivery(response, Text.oneLine(words.strip()));
            }
        } catch (IOException e) {
            // Only the kind: messages of the HTTP client may quote the address.
            return new Delivery.Later(
                    Duration.ZERO, "no answer from Slack: " + e.getClass().getSimpleName());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Delivery.Later(Duration.ZERO, "interrupted");
        }
    }

    private static Delivery delivery(HttpResponse<?> response, String words) {
        int status = response.statusCode();
        String reason = "Slack answered " + status + " " + words;
        if (status == 200) {
            return new Delivery.Sent();
        }
        return status == 429 || status >= 500
                ? new Delivery.Later(retryAfter(response), reason)
                : new Delivery.Refused(reason);
    }

    private static Duration retryAfter(HttpResponse<?> response) {
        try {
            return Duration.ofSeconds(Math.clamp(
                    response.headers().firstValueAsLong("Retry-After").orElse(0), 0, 86_400));
        } catch (NumberFormatException e) {
            return Duration.ZERO;
        }
    }

    private static String message(Incident incident) throws IOException {
        if (incident.sample().isEmpty()) {
            return "";
        }
        JsonNode alert = MAPPER.readTree(incident.sample().getFirst());
        return alert.path("message").asText(alert.path("output").asText(""));
    }

    @Override
    public void close() {
        http.shutdownNow();
        http.close();
    }

    @Override
    public String toString() {
        return "Slack webhook";
    }
}
