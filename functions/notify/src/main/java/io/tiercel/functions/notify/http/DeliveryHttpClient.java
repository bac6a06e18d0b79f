package io.tiercel.functions.notify.http;

import io.tiercel.functions.intake.SafeText;
import io.tiercel.functions.notification.DeliveryResult;
import io.tiercel.http.BoundedHttpClient;
import io.tiercel.http.HttpLimits;
import io.tiercel.http.HttpResult;
import io.tiercel.http.OutboundRequest;
import io.tiercel.http.TlsFiles;
import io.tiercel.rules.text.TextLimit;
import java.time.Duration;
import java.util.function.IntPredicate;

/**
 * Sends the messages of a channel to one service and decides which failures are retried. No message contains the address or a
 * header, which may be secret. It is thread-safe.
 */
public final class DeliveryHttpClient implements AutoCloseable {
    /** The statuses of a service that accepts a message: 2xx. */
    public static final IntPredicate SUCCESSFUL = status -> status >= 200 && status < 300;

    /** The timeout of a request, unless a channel has its own. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

    private static final Duration MAX_CONNECT_TIMEOUT = Duration.ofSeconds(5);

    /** More than an error message shows, so that secrets are redacted before the text is cut. */
    private static final int MAX_BODY_BYTES = 8_192;

    private static final int MAX_REASON_LENGTH = 200;
    private static final int UNAUTHORIZED = 401;
    private static final int REQUEST_TIMEOUT = 408;
    private static final int TOO_EARLY = 425;
    private static final int TOO_MANY_REQUESTS = 429;

    private final String service;
    private final Duration defaultRetryAfter;
    private final BoundedHttpClient http;

    /**
     * Creates a client.
     *
     * @param service the name of the service, for messages
     * @param defaultRetryAfter the delay before a retry if the service fails without a {@code Retry-After} header
     * @param timeout the time limit of a request
     * @param tls the certificates to trust and to present
     */
    public DeliveryHttpClient(String service, Duration defaultRetryAfter, Duration timeout, TlsFiles tls) {
        this.service = service;
        this.defaultRetryAfter = defaultRetryAfter;
        Duration connect = timeout.compareTo(MAX_CONNECT_TIMEOUT) < 0 ? timeout : MAX_CONNECT_TIMEOUT;
        this.http = new BoundedHttpClient(new HttpLimits(connect, timeout, MAX_BODY_BYTES), tls);
    }

    /** Creates a client with a timeout of 10 seconds that trusts the authorities of the Java runtime. */
    public DeliveryHttpClient(String service, Duration defaultRetryAfter) {
        this(service, defaultRetryAfter, DEFAULT_TIMEOUT, TlsFiles.none());
    }

    /**
     * Sends a message. Status 2xx means that it was sent; 401, 408, 425, 429 and 5xx are retried. A 401 can
     * mean that a secret was rotated, which takes effect after some minutes. All others are permanent failures.
     */
    public DeliveryResult send(OutboundRequest request) {
        return send(request, SUCCESSFUL);
    }

    /**
     * Sends a message.
     *
     * @param accepted the statuses that mean that it was sent
     */
    public DeliveryResult send(OutboundRequest request, IntPredicate accepted) {
        return switch (exchange(request)) {
            case HttpResult.Responded responded when accepted.test(responded.status()) -> new DeliveryResult.Sent();
            case HttpResult.Responded responded
            when isTemporary(responded.status()) ->
                new DeliveryResult.Retry(responded.retryAfter().orElse(defaultRetryAfter), reason(responded));
            case HttpResult.Responded responded -> new DeliveryResult.Rejected(reason(responded));
            case HttpResult.NoResponse(var ignored, String reason) ->
                new DeliveryResult.Retry(Duration.ZERO, "no response from " + service + ": " + reason);
        };
    }

    /** Sends a request and returns the response, for services whose responses say more than their status. */
    public HttpResult exchange(OutboundRequest request) {
        try {
            return http.send(request);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new HttpResult.NoResponse(HttpResult.Failure.CLOSED, "interrupted");
        }
    }

    /** Describes a response in one line: the service, the status and the beginning of the body. */
    public String reason(HttpResult.Responded responded) {
        String text = TextLimit.cut(SafeText.oneLine(responded.body().strip()), MAX_REASON_LENGTH, "…");
        return service + " responded with " + responded.status() + (text.isEmpty() ? "" : " " + text);
    }

    private static boolean isTemporary(int status) {
        return status == UNAUTHORIZED
                || status == REQUEST_TIMEOUT
                || status == TOO_EARLY
                || status == TOO_MANY_REQUESTS
                || status >= 500;
    }

    @Override
    public void close() {
        http.close();
    }
}
