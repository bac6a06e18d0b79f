package io.tiercel.sensor.output;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;

/**
 * A sink that posts each alert to a URL in the way Falco does, so that falcosidekick and other receivers accept it.
 * Unlike Falco, it checks the response.
 *
 * <p>Connections are kept open. The sink retries after a timeout, 5xx, 408, 425 and 429, and after 401, 403, 404 and
 * redirects, which point to a wrong setting. Any other 4xx rejects the alert.
 */
public final class HttpSink implements AlertSink {
    private final URI address;
    private final AlertFormat format;
    private final Duration timeout;
    private final Map<String, String> headers;
    private final HttpClients clients;

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
        this.timeout = timeout;
        this.headers = Map.copyOf(headers);
        this.clients = new HttpClients(tls);
    }

    @Override
    public void write(OutgoingAlert alert) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(address)
                .timeout(timeout)
                .header("Content-Type", format == AlertFormat.JSON ? "application/json" : "text/plain")
                .header("User-Agent", "tiercel-sensor")
                .POST(BodyPublishers.ofByteArray(alert.bytes(format)));
        headers.forEach(request::setHeader);
        HttpResponse<Void> response = clients.current().send(request.build(), BodyHandlers.discarding());
        int status = response.statusCode();
        if (status >= 200 && status < 300) {
            return;
        }
        String detail = address.getHost() + " returned HTTP status " + status;
        switch (status) {
            case 401, 403, 404, 408, 425, 429 -> throw new IOException(detail);
            default -> {
                if (status >= 400 && status < 500) {
                    throw new RejectedException(detail);
                }
                throw new IOException(detail);
            }
        }
    }

    @Override
    public void close() {
        clients.close();
    }
}
