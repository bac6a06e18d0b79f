package io.tiercel.http;

import io.tiercel.http.HttpResult.Failure;
import io.tiercel.http.HttpResult.NoResponse;
import io.tiercel.http.HttpResult.Responded;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Clock;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1.1 client that no server can stop or fill: it limits the time of the whole exchange and the size of responses. It verifies
 * certificates and follows no redirects. It uses the proxy of the JVM's system properties, if there is one.
 *
 * <p>It connects with the first request, keeps connections open, and reads the certificate files again when they change. It is
 * thread-safe.
 */
public final class BoundedHttpClient implements AutoCloseable {
    private static final long RELOAD_INTERVAL_NANOS = 10_000_000_000L;

    private final HttpLimits limits;
    private final TlsFiles tls;
    private final InstantSource clock;
    private @Nullable HttpClient client;
    private String fingerprint = "";
    private long nextCheckNanos;
    private boolean closed;

    /** Creates a client that trusts the authorities of the Java runtime. */
    public BoundedHttpClient(HttpLimits limits) {
        this(limits, TlsFiles.none());
    }

    /**
     * Creates a client.
     *
     * @param tls certificates, checked for changes every ten seconds
     */
    public BoundedHttpClient(HttpLimits limits, TlsFiles tls) {
        this(limits, tls, Clock.systemUTC());
    }

    BoundedHttpClient(HttpLimits limits, TlsFiles tls, InstantSource clock) {
        this.limits = limits;
        this.tls = tls;
        this.clock = clock;
    }

    /** Sends a request and waits for the response, at most {@link HttpLimits#exchange}. */
    public HttpResult send(OutboundRequest request) throws InterruptedException {
        HttpClient current;
        try {
            current = current();
        } catch (IOException e) {
            return new NoResponse(Failure.CERTIFICATE_FILES, String.valueOf(e.getMessage()));
        }
        if (current == null) {
            return new NoResponse(Failure.CLOSED, "the client is closed");
        }
        AtomicReference<@Nullable BoundedBody> response = new AtomicReference<>();
        CompletableFuture<?> exchange = current.sendAsync(javaRequest(request), head -> {
            BoundedBody body = new BoundedBody(head, limits.bodyBytes());
            response.set(body);
            return body;
        });
        NoResponse failure;
        try {
            exchange.get(limits.exchange().toNanos(), TimeUnit.NANOSECONDS);
            failure = ConnectionFailures.BROKEN;
        } catch (TimeoutException e) {
            failure = ConnectionFailures.TIMEOUT;
        } catch (ExecutionException e) {
            failure = isClosed() ? ConnectionFailures.CLOSED : ConnectionFailures.describe(e.getCause());
        } finally {
            // Ends the connection of an exchange that is not complete. Otherwise, it does nothing.
            exchange.cancel(true);
        }
        BoundedBody body = response.get();
        return body == null ? failure : responded(request, body);
    }

    private HttpRequest javaRequest(OutboundRequest request) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(request.address())
                .timeout(limits.exchange())
                .method(
                        request.method(),
                        request.body().length == 0
                                ? BodyPublishers.noBody()
                                : BodyPublishers.ofByteArray(request.body()));
        request.headers().forEach(builder::setHeader);
        return builder.build();
    }

    private Responded responded(OutboundRequest request, BoundedBody body) {
        String text = body.text();
        return new Responded(
                body.head().statusCode(),
                text.isEmpty() ? text : RequestSecrets.of(request).redact(text),
                body.complete(),
                body.head()
                        .headers()
                        .firstValue("Retry-After")
                        .flatMap(value -> RetryAfter.parse(value, clock.instant())));
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    /** Returns the current client; null after {@link #close}. */
    private synchronized @Nullable HttpClient current() throws IOException {
        HttpClient current = client;
        if (closed || current != null && System.nanoTime() - nextCheckNanos < 0) {
            return closed ? null : current;
        }
        nextCheckNanos = System.nanoTime() + RELOAD_INTERVAL_NANOS;
        String latest = tls.fingerprint();
        if (current != null && latest.equals(fingerprint)) {
            return current;
        }
        HttpClient replacement = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(limits.connect())
                .followRedirects(HttpClient.Redirect.NEVER)
                .sslContext(tls.context())
                .build();
        if (current != null) {
            current.shutdown();
        }
        client = replacement;
        fingerprint = latest;
        return replacement;
    }

    /** Closes the client. Requests in progress fail. */
    @Override
    public synchronized void close() {
        closed = true;
        if (client != null) {
            client.shutdownNow();
        }
    }
}
