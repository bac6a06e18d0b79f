package io.tiercel.sensor.output;

import io.tiercel.http.BoundedHttpClient;
import io.tiercel.http.HttpLimits;
import io.tiercel.http.HttpResult;
import io.tiercel.http.OutboundRequest;
import io.tiercel.http.TlsFiles;
import io.tiercel.sensor.identity.CredentialSource;
import io.tiercel.sensor.identity.DeliveryCredentials;
import io.tiercel.sensor.spool.SpooledAlert;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A target that posts batches of alerts to the functions. A batch is a JSON array. Status 202 confirms that the server stored
 * all of it, except the alerts that the response lists as refused. If the server rejects a batch, the target sends its alerts one at a
 * time, so that one bad alert does not block the others.
 */
public final class HttpBatchTarget implements BatchTarget {
    /** Maximum number of alerts in a request. The functions accept no more. */
    public static final int MAX_ALERTS = 100;

    private static final int MAX_BYTES = 256 * 1024;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int ACCEPTED = 202;
    private static final Refusal UNACCOUNTED =
            new Refusal("unaccounted", "the response of the receiver does not account for the alert");

    private static final String AUTHORIZATION = "Authorization";
    private static final String INSTANCE_IDENTITY = "X-Tiercel-Instance-Identity";

    private final ServerUrl server;
    private final Map<String, String> headers;
    private final BoundedHttpClient http;
    private final CredentialSource credentials;
    private final boolean fixedAuthorization;

    /** Creates a target that sends no credentials of the sensor. It connects when it sends the first batch. */
    public HttpBatchTarget(ServerUrl server, Map<String, String> headers, TlsFiles tls) {
        this(server, headers, tls, CredentialSource.NONE);
    }

    /**
     * Creates a target. It connects when it sends the first batch.
     *
     * @param headers headers of each request; values may be secret and are never logged. A header {@code Authorization} replaces
     *     the token of the credentials.
     * @param tls certificates, reloaded when the files change
     * @param credentials credentials of the sensor, sent with each request
     */
    public HttpBatchTarget(ServerUrl server, Map<String, String> headers, TlsFiles tls, CredentialSource credentials) {
        this(server, headers, tls, credentials, TIMEOUT);
    }

    HttpBatchTarget(
            ServerUrl server,
            Map<String, String> headers,
            TlsFiles tls,
            CredentialSource credentials,
            Duration timeout) {
        this.server = server;
        this.headers = Map.copyOf(headers);
        this.http = OutputHttp.client(timeout, tls, HttpLimits.MAX_BODY_BYTES);
        this.credentials = credentials;
        this.fixedAuthorization = headers.keySet().stream().anyMatch(AUTHORIZATION::equalsIgnoreCase);
    }

    @Override
    public int maxAlerts() {
        return MAX_ALERTS;
    }

    /** Returns 256 KiB less the brackets and commas of the array. */
    @Override
    public int maxBytes() {
        return MAX_BYTES - MAX_ALERTS - 1;
    }

    @Override
    public BatchResult send(List<SpooledAlert> alerts) throws InterruptedException {
        DeliveryCredentials current = credentials.current();
        return BatchSplitter.send(alerts, batch -> post(batch, current));
    }

    private BatchResult post(List<SpooledAlert> alerts, DeliveryCredentials current) throws InterruptedException {
        Map<String, String> all = OutputHttp.headers("application/json", headers);
        if (current.token() != null && !fixedAuthorization) {
            all.put(AUTHORIZATION, "Bearer " + current.token());
        }
        if (current.instanceIdentity() != null) {
            all.put(INSTANCE_IDENTITY, current.instanceIdentity());
        }
        return switch (http.send(OutboundRequest.post(server.alertsEndpoint(), all, array(alerts)))) {
            case HttpResult.Responded responded -> result(responded, alerts.size());
            case HttpResult.NoResponse failed -> BatchResult.retry(alerts.size(), failed.reason(), Duration.ZERO);
        };
    }

    /** Rejects alerts only for status codes that blame them. A wrong URL, credential or rate is not their fault. */
    private static BatchResult result(HttpResult.Responded responded, int alerts) {
        String detail = "HTTP status " + responded.status();
        return switch (responded.status()) {
            case ACCEPTED -> accepted(responded, alerts);
            case 400, 413, 415, 422 ->
                BatchResult.rejected(alerts, new Refusal("http_" + responded.status(), reason(responded, detail)));
            default -> BatchResult.retry(alerts, detail, responded.retryAfter().orElse(Duration.ZERO));
        };
    }

    /**
     * Reads which alerts of a batch the server has refused. If the response does not account for every alert, the target sends them
     * one at a time. Alerts that the server has stored already count once.
     */
    private static BatchResult accepted(HttpResult.Responded responded, int alerts) {
        if (!responded.complete()) {
            return alerts == 1
                    ? BatchResult.retry(1, "the response did not arrive completely", Duration.ZERO)
                    : BatchResult.rejected(alerts, UNACCOUNTED);
        }
        Optional<Receipt> receipt = Receipt.read(responded.body());
        if (receipt.isPresent() && !receipt.get().accountsFor(alerts)) {
            return BatchResult.rejected(alerts, UNACCOUNTED);
        }
        // Another receiver than the functions confirms all alerts with the status.
        Map<Integer, Refusal> refused = receipt.map(Receipt::refused).orElse(Map.of());
        List<AlertResult> results = IntStream.range(0, alerts)
                .mapToObj(refused::get)
                .map(refusal -> refusal == null ? AlertResult.STORED : AlertResult.rejected(refusal))
                .toList();
        return BatchResult.of(results, "");
    }

    /** Returns the server's error message, which contains no credential ({@link HttpResult.Responded#body}). */
    private static String reason(HttpResult.Responded responded, String detail) {
        return responded.body().isBlank()
                ? detail
                : detail + ": " + responded.body().strip();
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
        http.close();
    }

    @Override
    public String toString() {
        return server.alertsEndpoint().toString();
    }
}
