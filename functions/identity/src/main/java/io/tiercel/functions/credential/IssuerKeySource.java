package io.tiercel.functions.credential;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.json.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Fetches the issuer's keys by OpenID Connect discovery. The keys must be on the issuer's own host, as with EKS, GKE and AKS.
 * Redirects are not followed.
 */
final class IssuerKeySource implements KeySource {
    /** Timeout of each of the two requests, from the connection to the end of the body. */
    static final Duration TIMEOUT = Duration.ofSeconds(2);

    private static final String DISCOVERY = "/.well-known/openid-configuration";
    private static final int OK = 200;

    private final String issuer;
    private final URI url;

    /**
     * Creates a source.
     *
     * @throws IllegalArgumentException if the issuer is not a valid URL
     */
    IssuerKeySource(String issuer) {
        this.issuer = issuer;
        this.url = IssuerUrl.parse(IdentitySettings.ISSUER, issuer);
    }

    /** Uses a new client for each fetch, so that no connection outlives a snapshot or a pause of the function. */
    @Override
    public IssuerKeys fetch() {
        HttpClient http = HttpClient.newBuilder()
                .connectTimeout(TIMEOUT)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
        try {
            URI keys = keyUrl(get(http, URI.create(issuer.replaceFirst("/+$", "") + DISCOVERY)));
            return IssuerKeys.parse(issuer, get(http, keys));
        } finally {
            http.shutdownNow();
        }
    }

    private URI keyUrl(String discoveryDocument) {
        JsonNode document;
        try {
            document = Json.SINGLE_DOCUMENT.readTree(discoveryDocument);
        } catch (JsonProcessingException e) {
            throw new KeySourceException("the issuer's discovery document is not JSON");
        }
        if (!issuer.equals(document.path("issuer").textValue())) {
            throw new KeySourceException("the issuer's discovery document is of another issuer");
        }
        URI keys;
        try {
            keys = IssuerUrl.parse("jwks_uri", document.path("jwks_uri").asText());
        } catch (IllegalArgumentException e) {
            throw new KeySourceException("the issuer's discovery document contains no valid jwks_uri");
        }
        if (!IssuerUrl.sameOrigin(url, keys)) {
            throw new KeySourceException("the issuer's jwks_uri is on another host");
        }
        return keys;
    }

    private static String get(HttpClient http, URI address) {
        HttpRequest request = HttpRequest.newBuilder(address)
                .timeout(TIMEOUT)
                .header("Accept", "application/json")
                .build();
        CompletableFuture<HttpResponse<String>> response = http.sendAsync(
                request,
                BodyHandlers.limiting(BodyHandlers.ofString(StandardCharsets.UTF_8), IssuerKeys.MAX_DOCUMENT_BYTES));
        try {
            HttpResponse<String> received = response.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            if (received.statusCode() != OK) {
                throw new KeySourceException("the issuer responded with status " + received.statusCode());
            }
            return received.body();
        } catch (TimeoutException e) {
            throw timeout();
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KeySourceException("the request was interrupted");
        } finally {
            response.cancel(true);
        }
    }

    private static KeySourceException timeout() {
        return new KeySourceException("the issuer did not respond within " + TIMEOUT.toSeconds() + " seconds");
    }

    /** Returns an exception with the class only: messages of the client may contain parts of the response. */
    private static KeySourceException failure(@Nullable Throwable cause) {
        if (cause instanceof HttpTimeoutException) {
            return timeout();
        }
        String type = cause == null ? "unknown" : cause.getClass().getSimpleName();
        return new KeySourceException("no valid response from the issuer: " + type);
    }
}
