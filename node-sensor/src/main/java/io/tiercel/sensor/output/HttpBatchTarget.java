package io.tiercel.sensor.output;

import io.tiercel.sensor.spool.SpooledAlert;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Posts batches of alerts to the functions: a JSON array, answered by 202 when all of it is stored. Of a batch that is
 * refused its alerts go one by one, so that one bad alert does not hold up all others.
 */
public final class HttpBatchTarget implements BatchTarget {
    /** Most alerts in a request; the functions take no more. */
    public static final int MAX_ALERTS = 100;

    private static final int MAX_BYTES = 256 * 1024;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int ACCEPTED = 202;

    private final ServerUrl server;
    private final Duration timeout;
    private final Map<String, String> headers;
    private final HttpClients clients;

    /**
     * Will post to a server.
     *
     * @param headers added to each request; their values may be secret and are never logged
     * @param tls certificates; looked at again when the files change
     */
    public HttpBatchTarget(ServerUrl server, Map<String, String> headers, TlsFiles tls) {
        this(server, headers, tls, TIMEOUT);
    }

    HttpBatchTarget(ServerUrl server, Map<String, String> headers, TlsFiles tls, Duration timeout) {
        this.server = server;
        this.timeout = timeout;
        this.headers = Map.copyOf(headers);
        this.clients = new HttpClients(tls);
    }

    @Override
    public int maxAlerts() {
        return MAX_ALERTS;
    }

    /** Less than 256 KiB by what the array takes. */
    @Override
    public int maxBytes() {
        return MAX_BYTES - MAX_ALERTS - 1;
    }

    @Override
    public Answer send(List<SpooledAlert> alerts) throws InterruptedException {
        return BatchSplitter.send(alerts, this::post);
    }

    private Answer post(List<SpooledAlert> alerts) throws InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.alerts())
                .timeout(timeout)
                .header("Content-Type", "application/json")
                .header("User-Agent", "tiercel-sensor")
                .POST(BodyPublishers.ofByteArray(array(alerts)));
        headers.forEach(request::setHeader);
        try {
            HttpResponse<Void> response = clients.current().send(request.build(), BodyHandlers.discarding());
            Verdict verdict = verdict(response.statusCode());
            String detail = verdict == Verdict.STORED ? "" : "it answers " + response.statusCode();
            return Answer.all(alerts.size(), verdict, detail);
        } catch (IOException e) {
            return Answer.all(alerts.size(), Verdict.LATER, reason(e));
        }
    }

    private static String reason(IOException e) {
        String message = e.getMessage();
        if (message != null) {
            return message;
        }
        return e instanceof ConnectException ? "no connection" : e.getClass().getSimpleName();
    }

    /** Only what blames the alerts refuses them: a wrong address, key or rate is not the alerts' fault. */
    private static Verdict verdict(int status) {
        return switch (status) {
            case ACCEPTED -> Verdict.STORED;
            case 400, 413, 415, 422 -> Verdict.REFUSED;
            default -> Verdict.LATER;
        };
    }

    private static byte[] array(List<SpooledAlert> alerts) {
        ByteArrayOutputStream array = new ByteArrayOutputStream();
        char before = '[';
        for (SpooledAlert alert : alerts) {
            array.write(before);
            array.writeBytes(alert.json());
            before = ',';
        }
        array.write(']');
        return array.toByteArray();
    }

    @Override
    public void close() {
        clients.close();
    }

    @Override
    public String toString() {
        return server.alerts().toString();
    }
}
