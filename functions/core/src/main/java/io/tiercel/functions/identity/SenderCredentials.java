package io.tiercel.functions.identity;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The credentials that arrived with a batch of alerts. {@link #toString} contains none of them.
 *
 * @param token a service account token (JWT), without {@code Bearer}; null if there is none
 * @param instanceIdentity a PKCS #7 signed EC2 instance identity document, base64; null if there is none
 * @param certificateNames DNS names of the subject alternative names of the verified TLS client certificate; empty if there is none
 */
public record SenderCredentials(
        @Nullable String token, @Nullable String instanceIdentity, List<String> certificateNames) {
    /** No credentials. */
    public static final SenderCredentials NONE = new SenderCredentials(null, null, List.of());

    /** Maximum length of a token or of an identity document, in characters. Longer ones are not parsed. */
    public static final int MAX_CHARACTERS = 16 * 1024;

    @Override
    public String toString() {
        return "SenderCredentials[token=" + (token == null ? "none" : "present") + ", instanceIdentity="
                + (instanceIdentity == null ? "none" : "present") + ", certificateNames=" + certificateNames.size()
                + "]";
    }
}
