package io.tiercel.functions.notify.http;

import io.tiercel.functions.intake.SafeText;
import io.tiercel.functions.notification.DeliveryResult;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/** Posts JSON to one service. Redirects are not followed, and no message contains the address, which may be a secret. */
public final class JsonHttpClient implements AutoCloseable {
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);
    private static final int MAX_BODY_BYTES = 200;
    private static final int MAX_RETRY_AFTER_SECONDS = 86_400;
    private static final int TOO_MANY_REQUESTS = 429;

    private final String service;
    private final Duration defaultRetryAfter;
    private final Duration timeout;
    private final HttpClient http;

    /**
     * Creates a client with a timeout of 10 seconds.
     *
     * @param service the name of the service, for messages
     * @param defaultRetryAfter the delay before a retry if the service fails without a {@code Retry-After} header
     */
    public JsonHttpClient(String service, Duration defaultRetryAfter) {
        this(service, defaultRetryAfter, DEFAULT_TIMEOUT);
    }

    /** Creates a client with a timeout. */
    public JsonHttpClient(String service, Duration defaultRetryAfter, Duration timeout) {
        this.service = service;
        this.defaultRetryAfter = defaultRetryAfter;
        this.timeout = timeout;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(timeout)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    /** The result of a request. */
    public sealed interface Result {
        /**
         * The service responded.
         *
         * @param status the HTTP status
         * @param body the beginning of the body, as one line
         * @param retryAfter the delay before a retry
         */
        record Responded(int status, String body, Duration retryAfter) implements Result {
            /** Returns true if the service accepted the request. */
            public boolean accepted() {
                return status >= 200 && status < 300;
            }
        }

        /**
         * The service did not respond.
         *
         * @param reason without secrets
         */
        record NoResponse(String reason) implements Result {}
    }

    /** Posts a message. Status 2xx means that it was sent, 429 and 5xx are retried, all others are permanent failures. */
    public DeliveryResult send(URI address, byte[] body, Map<String, String> headers) {
        return switch (post(address, body, headers)) {
            case Result.Responded responded when responded.accepted() -> new DeliveryResult.Sent();
            case Result.Responded(int status, String text, Duration retryAfter) -> {
                String reason = service + " responded with " + status + " " + text;
                yield status == TOO_MANY_REQUESTS || status >= 500
                        ? new DeliveryResult.Retry(retryAfter, reason)
                        : new DeliveryResult.Rejected(reason);
            }
            case Result.NoResponse(String reason) -> new DeliveryResult.Retry(Duration.ZERO, reason);
        };
    }

    /** Posts a document and returns the service's response. */
    public Result post(URI address, byte[] body, Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(address)
                .timeout(timeout)
                .header("Content-Type", "application/json; charset=utf-8")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        headers.forEach(request::header);
        try {
            HttpResponse<InputStream> response = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream stream = response.body()) {
                String text = new String(stream.readNBytes(MAX_BODY_BYTES), StandardCharsets.UTF_8);
                return new Result.Responded(
                        response.statusCode(), SafeText.oneLine(text.strip()), retryAfter(response));
            }
        } catch (IOException e) {
            // Only the class: messages of the HTTP client may contain the address.
            return new Result.NoResponse(
                    "no response from " + service + ": " + e.getClass().getSimpleName());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Result.NoResponse("interrupted");
        }
    }

    private Duration retryAfter(HttpResponse<?> response) {
        try {
            long seconds = response.headers().firstValueAsLong("Retry-After").orElse(defaultRetryAfter.toSeconds());
            return Duration.ofSeconds(Math.clamp(seconds, 0, MAX_RETRY_AFTER_SECONDS));
        } catch (NumberFormatException e) {
            return defaultRetryAfter;
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
        http.close();
    }
}
