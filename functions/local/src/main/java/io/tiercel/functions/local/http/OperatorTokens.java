package io.tiercel.functions.local.http;

import io.tiercel.functions.operate.OperatorRole;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The bearer tokens of operators.
 *
 * @param responder permits all requests
 * @param viewer permits requests that read
 */
public record OperatorTokens(BearerToken responder, BearerToken viewer) {
    /** The file of the responder's token in the data directory. */
    public static final String RESPONDER_FILE = "token";

    /** The file of the viewer's token in the data directory. */
    public static final String VIEWER_FILE = "token-viewer";

    /**
     * Returns the configured tokens. Reads those that are not configured from the data directory, where it generates them if necessary.
     *
     * @throws IllegalArgumentException if both tokens are equal
     * @throws io.tiercel.functions.local.sqlite.DataDirectoryUnavailableException if a file can be neither read nor created
     */
    public static OperatorTokens of(Optional<BearerToken> responder, Optional<BearerToken> viewer, Path dataDirectory) {
        OperatorTokens tokens = new OperatorTokens(
                responder.orElseGet(() -> BearerToken.in(dataDirectory, RESPONDER_FILE)),
                viewer.orElseGet(() -> BearerToken.in(dataDirectory, VIEWER_FILE)));
        if (tokens.responder().sameAs(tokens.viewer())) {
            throw new IllegalArgumentException("TIERCEL_VIEWER_TOKEN and TIERCEL_TOKEN must differ");
        }
        return tokens;
    }

    /** Returns the role that an {@code Authorization} header proves; empty if it is missing or has another token. */
    Optional<OperatorRole> role(@Nullable String header) {
        if (header == null) {
            return Optional.empty();
        }
        if (responder.matches(header)) {
            return Optional.of(OperatorRole.RESPONDER);
        }
        return viewer.matches(header) ? Optional.of(OperatorRole.VIEWER) : Optional.empty();
    }
}
