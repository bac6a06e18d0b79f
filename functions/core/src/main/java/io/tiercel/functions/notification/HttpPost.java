package io.tiercel.functions.notification;

import io.tiercel.functions.intake.SafeText;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/** Posts JSON to a channel and says in a {@link Delivery} what became of it. */
final class HttpPost implements AutoCloseable {
    private static final Duration TIME_OUT = Duration.ofSeconds(10);
    private static final int REASON_BYTES = 200;
    private static final int MAX_RETRY_AFTER_SECONDS = 86_400;
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private final String who;
    private final Duration leastWait;
    private final Duration timeout;
    private final HttpClient http;

    /**
     * Posts to a service.
     *
     * @param who its name, for reasons
     * @param leastWait how long it wants to be left alone when it is in trouble and does not say
     */
    HttpPost(String who, Duration leastWait) {
        this(who, leastWait, TIME_OUT);
    }

    /** As above, with a time-out. */
    HttpPost(String who, Duration leastWait, Duration timeout) {
        this.who = who;
        this.leastWait = leastWait;
        this.timeout = timeout;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(timeout)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    /**
     * Reads an address.
     *
     * @param what what it is the address of, for the message
     * @throws IllegalArgumentException if it is not https, or http to this machine; the message does not hold it
     */
    static URI address(String what, String address) {
        try {
            URI uri = new URI(address.strip());
            boolean local = "http".equals(uri.getScheme()) && LOOPBACK.contains(uri.getHost());
            if (uri.getHost() != null && uri.getUserInfo() == null && (local || "https".equals(uri.getScheme()))) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // Told below: the exception's own message would give away what may be a secret.
        }
        throw new IllegalArgumentException(
                what + " is not an https:// address (http:// only to localhost or 127.0.0.1)");
    }

    /** Posts; an answer of 2xx is a message taken, 429 and 5xx are worth another try, everything else is not. */
    Delivery send(URI address, byte[] body, Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(address)
                .timeout(timeout)
                .header("Content-Type", "application/json; charset=utf-8")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        headers.forEach(request::header);
        try {
            HttpResponse<InputStream> response = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream answer = response.body()) {
                String words = new String(answer.readNBytes(REASON_BYTES), StandardCharsets.UTF_8);
                return delivery(response, SafeText.oneLine(words.strip()));
            }
        } catch (IOException e) {
            // Only the kind: messages of the HTTP client may quote the address.
            return new Delivery.Later(
                    Duration.ZERO, "no answer from " + who + ": " + e.getClass().getSimpleName());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Delivery.Later(Duration.ZERO, "interrupted");
        }
    }

    private Delivery delivery(HttpResponse<?> response, String words) {
        int status = response.statusCode();
        String reason = who + " answered " + status + " " + words;
        if (status >= 200 && status < 300) {
            return new Delivery.Sent();
        }
        return status == 429 || status >= 500
                ? new Delivery.Later(retryAfter(response), reason)
                : new Delivery.Refused(reason);
    }

    private Duration retryAfter(HttpResponse<?> response) {
        try {
            long seconds = response.headers().firstValueAsLong("Retry-After").orElse(leastWait.toSeconds());
            return Duration.ofSeconds(Math.clamp(seconds, 0, MAX_RETRY_AFTER_SECONDS));
        } catch (NumberFormatException e) {
            return leastWait;
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
        http.close();
    }
}
