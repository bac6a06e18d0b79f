package io.tiercel.sensor.output;

import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** An HTTP client that keeps its connections, and is made anew when certificates have changed; used by one thread. */
final class HttpClients implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final long LOOK_AGAIN_NANOS = 10_000_000_000L;

    private final TlsFiles tls;
    private volatile @Nullable HttpClient client;
    private String stamp = "";
    private long lookAgainAt;
    private volatile boolean closed;

    /**
     * Makes none yet.
     *
     * @param tls certificates; looked at again every ten seconds
     */
    HttpClients(TlsFiles tls) {
        this.tls = tls;
    }

    /**
     * The client to use now.
     *
     * @throws IOException if the certificates cannot be read, or after {@link #close}
     */
    HttpClient current() throws IOException {
        if (closed) {
            throw new IOException("closed");
        }
        HttpClient current = client;
        if (current != null && System.nanoTime() - lookAgainAt < 0) {
            return current;
        }
        lookAgainAt = System.nanoTime() + LOOK_AGAIN_NANOS;
        String now = tls.stamp();
        if (current == null || !now.equals(stamp)) {
            HttpClient renewed = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(CONNECT_TIMEOUT)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .sslContext(tls.context())
                    .build();
            if (current != null) {
                current.shutdown();
            }
            client = renewed;
            stamp = now;
            return renewed;
        }
        return current;
    }

    /** Requests that are under way fail. */
    @Override
    public void close() {
        closed = true;
        HttpClient current = client;
        if (current != null) {
            current.shutdownNow();
        }
    }
}
