package io.tiercel.sensor.output;

import io.tiercel.http.BoundedHttpClient;
import io.tiercel.http.HttpResult;
import io.tiercel.http.OutboundRequest;
import io.tiercel.http.TlsFiles;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/**
 * A sink that posts each alert to a URL in the way Falco does, so that falcosidekick and other receivers accept it.
 * Unlike Falco, it checks the response.
 *
 * <p>Connections are kept open. The sink retries after a timeout, 5xx, 408, 425 and 429, and after 401, 403, 404 and
 * redirects, which point to a wrong setting. It waits as long as {@code Retry-After} says ({@link Backoff#MAX_RETRY_AFTER}). Any other 4xx
 * rejects the alert.
 */
public final class HttpSink implements AlertSink {
    private final URI address;
    private final AlertFormat format;
    private final Map<String, String> headers;
    private final BoundedHttpClient http;

    /**
     * Creates a sink. It connects when it sends the first alert.
     *
     * @param timeout maximum time to wait for a response
     * @param headers headers of each request; values may be secret and are never logged
     * @param tls certificates, reloaded when the files change
     */
    public HttpSink(HttpUrl address, AlertFormat format, Duration timeout, Map<String, String> headers, TlsFiles tls) {
        this.address = address.uri();
        this.format = format;
        this.headers = Map.copyOf(headers);
        this.http = OutputHttp.client(timeout, tls, 0);
    }

    @Override
    public void write(OutgoingAlert alert) throws IOException, InterruptedException {
        String type = format == AlertFormat.JSON ? "application/json" : "text/plain";
        HttpResult.Responded response = switch (http.send(
                OutboundRequest.post(address, OutputHttp.headers(type, headers), alert.bytes(format)))) {
            case HttpResult.Responded responded -> responded;
            case HttpResult.NoResponse failed -> throw new IOException(address.getHost() + ": " + failed.reason());
        };
        int status = response.status();
        Duration retryAfter = response.retryAfter().orElse(Duration.ZERO);
        if (status >= 200 && status < 300) {
            return;
        }
        String detail = address.getHost() + " returned HTTP status " + status;
        switch (status) {
            case 401, 403, 404, 408, 425, 429 -> throw new RetryException(detail, retryAfter);
            default -> {
                if (status >= 400 && status < 500) {
                    throw new RejectedException(detail);
                }
                throw new RetryException(detail, retryAfter);
            }
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
