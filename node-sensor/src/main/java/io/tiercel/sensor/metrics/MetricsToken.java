package io.tiercel.sensor.metrics;

import io.tiercel.sensor.identity.TokenFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** The bearer token of clients that read metrics. The file is read for each request, so a changed token takes effect at once. */
public final class MetricsToken {
    private static final int MIN_LENGTH = 16;
    private static final String SCHEME = "Bearer ";

    private final TokenFile file;

    private MetricsToken(TokenFile file) {
        this.file = file;
    }

    /**
     * Returns the token of a file.
     *
     * @throws IOException if the file has no valid token, or other users can access it; the message names the file
     */
    public static MetricsToken of(Path file) throws IOException {
        MetricsToken token = new MetricsToken(new TokenFile(file));
        token.read();
        return token;
    }

    private byte[] read() throws IOException {
        String token = file.read().value();
        if (token.length() < MIN_LENGTH) {
            throw new IOException(file.path() + ": a token has at least " + MIN_LENGTH
                    + " characters; \"openssl rand -hex 32\" generates one");
        }
        return token.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Returns true if the header {@code Authorization} has the token. The comparison takes constant time.
     *
     * @throws IOException if the file has no valid token any more
     */
    boolean matches(@Nullable String header) throws IOException {
        return header != null
                && header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                && MessageDigest.isEqual(
                        read(), header.substring(SCHEME.length()).strip().getBytes(StandardCharsets.UTF_8));
    }
}
