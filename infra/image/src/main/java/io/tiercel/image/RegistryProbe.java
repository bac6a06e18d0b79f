package io.tiercel.image;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

/**
 * Checks that a registry offers HTTPS with a verified certificate. jib would repeat a request that fails for this reason for a
 * minute.
 */
final class RegistryProbe {
    private static final Duration LIMIT = Duration.ofSeconds(15);

    private RegistryProbe() {}

    /**
     * Connects once.
     *
     * @param registry host and port
     * @throws ImageException if the registry cannot be reached or verified
     */
    static void check(String registry) {
        try {
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(null, null, null);
            try (HttpClient client = HttpClient.newBuilder()
                    .connectTimeout(LIMIT)
                    .sslContext(tls)
                    .build()) {
                HttpRequest request = HttpRequest.newBuilder(URI.create("https://" + registry + "/v2/"))
                        .timeout(LIMIT)
                        .build();
                client.send(request, HttpResponse.BodyHandlers.discarding());
            }
        } catch (SSLException e) {
            throw new ImageException(registry + " does not offer HTTPS with a certificate that can be verified ("
                    + e.getMessage() + "); name its authority with --registry-ca, or pass --allow-insecure");
        } catch (IOException e) {
            String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            throw new ImageException(registry + " cannot be reached: " + reason);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ImageException("interrupted");
        } catch (GeneralSecurityException e) {
            throw new ImageException("TLS is not available: " + e.getMessage());
        }
    }
}
