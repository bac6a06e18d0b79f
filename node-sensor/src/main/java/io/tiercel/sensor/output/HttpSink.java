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
 * Posts each alert to a web address as Falco does, so that falcosidekick and other receivers of Falco's take it; but
 * looks at the answer.
 *
 * <p>Connections are kept. What the receiver did not take because of the moment (no answer in time, 408, 425, 429, 5xx)
 * or of the setting (401, 403, 404, redirections) is tried again; what it finds wrong with the alert (other 4xx) is not.
 */
public final class HttpSink implements AlertSink {
    private final URI address;
    private final OutgoingAlert.Form form;
    private final Duration timeout;
    private final Map<String, String> headers;
    private final HttpClients clients;

    /**
     * Will post to an address.
     *
     * @param timeout longest wait for an answer
     * @param headers added to each request; their values may be secret and are never logged
     * @param tls certificates; looked at again when the files change
     */
    public HttpSink(
            HttpUrl address, OutgoingAlert.Form form, Duration timeout, Map<String, String> headers, TlsFiles tls) {
        this.address = address.uri();
        this.form = form;
        this.timeout = timeout;
        this.headers = Map.copyOf(headers);
        this.clients = new HttpClients(tls);
    }

    @Override
    public void write(OutgoingAlert alert) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(address)
                .timeout(timeout)
                .header("Content-Type", form == OutgoingAlert.Form.JSON ? "application/json" : "text/plain")
                .header("User-Agent", "tiercel-sensor")
                .POST(BodyPublishers.ofByteArray(alert.bytes(form)));
        headers.forEach(request::setHeader);
        HttpResponse<Void> response = clients.current().send(request.build(), BodyHandlers.discarding());
        int status = response.statusCode();
        if (status >= 200 && status < 300) {
            return;
        }
        String detail = address.getHost() + " answers " + status;
        switch (status) {
            case 401, 403, 404, 408, 425, 429 -> throw new IOException(detail);
            default -> {
                if (status >= 400 && status < 500) {
                    throw new RefusedException(detail);
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
