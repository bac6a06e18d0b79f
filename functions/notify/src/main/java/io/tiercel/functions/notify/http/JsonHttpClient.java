package io.tiercel.functions.notify.http;

import io.tiercel.functions.notification.DeliveryResult;
import io.tiercel.http.HttpResult;
import io.tiercel.http.OutboundRequest;
import io.tiercel.http.TlsFiles;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** Posts JSON to one service. Redirects are not followed, and no message contains the address, which may be a secret. */
public final class JsonHttpClient implements AutoCloseable {
    private final DeliveryHttpClient http;

    /**
     * Creates a client with a timeout of 10 seconds.
     *
     * @param service the name of the service, for messages
     * @param defaultRetryAfter the delay before a retry if the service fails without a {@code Retry-After} header
     */
    public JsonHttpClient(String service, Duration defaultRetryAfter) {
        this(service, defaultRetryAfter, DeliveryHttpClient.DEFAULT_TIMEOUT);
    }

    /** Creates a client with a timeout. */
    public JsonHttpClient(String service, Duration defaultRetryAfter, Duration timeout) {
        this.http = new DeliveryHttpClient(service, defaultRetryAfter, timeout, TlsFiles.none());
    }

    /** Posts a message. {@link DeliveryHttpClient#send(OutboundRequest)} says which failures are retried. */
    public DeliveryResult send(URI address, byte[] body, Map<String, String> headers) {
        return http.send(request(address, body, headers));
    }

    /** Posts a document and returns the service's response. */
    public HttpResult post(URI address, byte[] body, Map<String, String> headers) {
        return http.exchange(request(address, body, headers));
    }

    private static OutboundRequest request(URI address, byte[] body, Map<String, String> headers) {
        Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        all.put("Content-Type", "application/json; charset=utf-8");
        all.putAll(headers);
        return OutboundRequest.post(address, all, body);
    }

    @Override
    public void close() {
        http.close();
    }
}
