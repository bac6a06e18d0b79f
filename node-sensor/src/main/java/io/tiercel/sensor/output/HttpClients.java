package io.tiercel.sensor.output;

import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP client of an output: its timeouts, redirect policy and TLS. It keeps connections open, and is replaced when
 * certificate files change. One thread uses it.
 */
final class HttpClients implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final long RELOAD_INTERVAL_NANOS = 10_000_000_000L;

    private final TlsFiles tls;
    private volatile @Nullable HttpClient client;
    private String fingerprint = "";
    private long nextCheckNanos;
    private volatile boolean closed;

    /**
     * Creates no client yet.
     *
     * @param tls certificates, checked for changes every ten seconds
     */
    HttpClients(TlsFiles tls) {
        this.tls = tls;
    }

    /**
     * Returns the current client.
     *
     * @throws IOException if the certificates cannot be read, or after {@link #close}
     */
    HttpClient current() throws IOException {
        if (closed) {
            throw new IOException("closed");
        }
        HttpClient current = client;
        if (current != null && System.nanoTime() - nextCheckNanos < 0) {
            return current;
        }
        nextCheckNanos = System.nanoTime() + RELOAD_INTERVAL_NANOS;
        String latest = tls.fingerprint();
        if (current == null || !latest.equals(fingerprint)) {
            HttpClient replacement = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(CONNECT_TIMEOUT)
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
        return current;
    }

    /** Closes the client. Requests in progress fail. */
    @Override
    public void close() {
        closed = true;
        HttpClient current = client;
        if (current != null) {
            current.shutdownNow();
        }
    }
}
