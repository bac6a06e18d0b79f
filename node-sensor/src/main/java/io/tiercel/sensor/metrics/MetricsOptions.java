package io.tiercel.sensor.metrics;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where the sensor serves metrics and health.
 *
 * @param address address of the HTTP server; null for none
 * @param tokenFile file with the token of clients that read metrics; null for none
 * @param healthSocket Unix socket that serves health; null for none
 */
public record MetricsOptions(
        @Nullable MetricsAddress address,
        @Nullable Path tokenFile,
        @Nullable Path healthSocket) {
    /**
     * Checks that metrics are served to this machine only, or to clients with a token.
     *
     * @throws IllegalArgumentException if other machines could read them without one
     */
    public MetricsOptions {
        if (address == null && tokenFile != null) {
            throw new IllegalArgumentException("--metrics-token-file requires --metrics");
        }
        if (address != null
                && tokenFile == null
                && !address.socket().getAddress().isLoopbackAddress()) {
            throw new IllegalArgumentException(
                    "other machines can reach " + address
                            + ", so clients must show a token: set --metrics-token-file; \"openssl rand -hex 32\" generates a token");
        }
    }

    /**
     * Returns the token of clients; null for none.
     *
     * @throws IOException if the file has no valid token; the message names it
     */
    public @Nullable MetricsToken token() throws IOException {
        return tokenFile == null ? null : MetricsToken.of(tokenFile);
    }
}
