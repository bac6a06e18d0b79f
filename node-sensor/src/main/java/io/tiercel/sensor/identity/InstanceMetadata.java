package io.tiercel.sensor.identity;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The EC2 instance metadata service, version 2 (Amazon EC2 User Guide, "Use the Instance Metadata Service"). Each request has at
 * most one second. Exceptions never contain a response.
 */
public final class InstanceMetadata {
    private static final String LINK_LOCAL = "http://169.254.169.254";
    private static final Duration TIMEOUT = Duration.ofSeconds(1);
    private static final int SESSION_SECONDS = 60;
    private static final int OK = 200;

    private final URI endpoint;

    private InstanceMetadata(URI endpoint) {
        this.endpoint = endpoint;
    }

    /** Returns the service at its link-local address. */
    public static InstanceMetadata linkLocal() {
        return at(URI.create(LINK_LOCAL));
    }

    /** Returns a service at another address. */
    static InstanceMetadata at(URI endpoint) {
        return new InstanceMetadata(endpoint);
    }

    /**
     * Returns the instance id.
     *
     * @throws IOException if the service does not answer in time, or answers with something else
     */
    InstanceId instanceId() throws IOException, InterruptedException {
        return InstanceId.parse(get("/latest/meta-data/instance-id"), InstanceId.Source.IMDS)
                .orElseThrow(() -> new IOException("the instance metadata service returned no valid instance id"));
    }

    /**
     * Returns the signed instance identity document: PKCS #7 with RSA-2048, base64 without line breaks.
     *
     * @throws IOException if the service does not answer in time, or answers with something else
     */
    String signedDocument() throws IOException, InterruptedException {
        String document = get("/latest/dynamic/instance-identity/rsa2048")
                .replace("\r", "")
                .replace("\n", "");
        if (document.isEmpty() || !document.matches("[A-Za-z0-9+/]+={0,2}")) {
            throw new IOException("the instance metadata service returned no valid identity document");
        }
        return document;
    }

    private String get(String path) throws IOException, InterruptedException {
        HttpClient client = client();
        try {
            String session = send(
                    client,
                    request("/latest/api/token")
                            .header("X-aws-ec2-metadata-token-ttl-seconds", Integer.toString(SESSION_SECONDS))
                            .PUT(BodyPublishers.noBody())
                            .build());
            if (!DeliveryCredentials.isVisibleAscii(session)) {
                throw new IOException("the instance metadata service returned no valid session token");
            }
            return send(
                    client,
                    request(path).header("X-aws-ec2-metadata-token", session).build());
        } finally {
            client.shutdownNow();
        }
    }

    private static HttpClient client() throws IOException {
        try {
            return HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(TIMEOUT)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .proxy(HttpClient.Builder.NO_PROXY)
                    .build();
        } catch (UncheckedIOException e) {
            throw new IOException("cannot create an HTTP client", e);
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(endpoint.resolve(path)).timeout(TIMEOUT);
    }

    /** Limits the whole exchange, because the timeout of a request ends with the headers of the response. */
    private static String send(HttpClient client, HttpRequest request) throws IOException, InterruptedException {
        CompletableFuture<HttpResponse<byte[]>> exchange = client.sendAsync(
                request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), DeliveryCredentials.MAX_CHARACTERS));
        try {
            HttpResponse<byte[]> response = exchange.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            if (response.statusCode() != OK) {
                throw new IOException("the instance metadata service returned HTTP status " + response.statusCode());
            }
            return new String(response.body(), StandardCharsets.ISO_8859_1);
        } catch (ExecutionException e) {
            throw new IOException("the instance metadata service is not reachable: " + reason(e), e);
        } catch (TimeoutException e) {
            throw new IOException("the instance metadata service did not answer within one second", e);
        } finally {
            exchange.cancel(true);
        }
    }

    private static String reason(ExecutionException e) {
        return e.getCause() == null ? "unknown" : e.getCause().getClass().getSimpleName();
    }
}
