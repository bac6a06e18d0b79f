package io.tiercel.functions.credential;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** URLs of issuers: {@code https}, or {@code http} on the loopback interface. */
final class IssuerUrl {
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private IssuerUrl() {}

    /**
     * Parses a URL.
     *
     * @param name name of the value, for messages
     * @throws IllegalArgumentException if it is not an absolute URL without user, query and fragment, or not encrypted
     */
    static URI parse(String name, String text) {
        URI url = uri(text);
        if (url == null
                || url.getHost() == null
                || url.getRawUserInfo() != null
                || url.getRawQuery() != null
                || url.getRawFragment() != null
                || !encryptedOrLocal(url)) {
            throw new IllegalArgumentException(name
                    + " is not the URL of an issuer: use https://HOST/PATH, exactly as in the claim iss of the tokens");
        }
        return url;
    }

    private static @Nullable URI uri(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            return null;
        }
    }

    private static boolean encryptedOrLocal(URI url) {
        return "https".equalsIgnoreCase(url.getScheme())
                || "http".equalsIgnoreCase(url.getScheme()) && LOOPBACK.contains(host(url));
    }

    private static String host(URI url) {
        return url.getHost().toLowerCase(Locale.ROOT);
    }

    /** Returns whether both URLs have the same scheme, host and port. */
    static boolean sameOrigin(URI one, URI other) {
        return one.getScheme().equalsIgnoreCase(other.getScheme())
                && host(one).equals(host(other))
                && port(one) == port(other);
    }

    private static int port(URI url) {
        if (url.getPort() >= 0) {
            return url.getPort();
        }
        return "https".equalsIgnoreCase(url.getScheme()) ? 443 : 80;
    }
}
