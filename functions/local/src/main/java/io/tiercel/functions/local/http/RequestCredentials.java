package io.tiercel.functions.local.http;

import io.tiercel.functions.identity.SenderCredentials;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** Reads the credentials of a sender from a request: two headers, and the client certificate of the connection. */
final class RequestCredentials {
    /** The header with a signed EC2 instance identity document. */
    static final String INSTANCE_IDENTITY = "X-Tiercel-Instance-Identity";

    private static final String AUTHORIZATION = "Authorization";
    private static final String BEARER = "Bearer ";
    private static final String BASIC = "Basic ";

    /** {@link X509Certificate#getSubjectAlternativeNames} marks DNS names with this number. */
    private static final int DNS_NAME = 2;

    private RequestCredentials() {}

    /**
     * Returns the credentials of a request.
     *
     * @throws AmbiguousCredentialsException if a header occurs more than once
     */
    static SenderCredentials of(HttpServerRequest request) throws AmbiguousCredentialsException {
        String authorization = single(request, AUTHORIZATION);
        return new SenderCredentials(
                authorization == null ? null : token(authorization),
                single(request, INSTANCE_IDENTITY),
                certificateNames(request.sslSession()));
    }

    private static @Nullable String single(HttpServerRequest request, String header)
            throws AmbiguousCredentialsException {
        List<String> values = request.headers().getAll(header);
        if (values.size() > 1) {
            throw new AmbiguousCredentialsException(header);
        }
        return values.isEmpty() ? null : values.getFirst();
    }

    /** Returns the token of an {@code Authorization} header; null for other schemes, which name no sensor. */
    private static @Nullable String token(String header) {
        if (hasScheme(header, BEARER)) {
            return header.substring(BEARER.length()).strip();
        }
        return hasScheme(header, BASIC)
                ? password(header.substring(BASIC.length()).strip())
                : null;
    }

    private static boolean hasScheme(String header, String scheme) {
        return header.regionMatches(true, 0, scheme, 0, scheme.length());
    }

    /**
     * Returns the password of basic authentication (RFC 7617). If it cannot be decoded, returns an empty text, which is never a valid
     * token. Falco's HTTP client sends the user and the password of a URL this way.
     */
    private static String password(String encoded) {
        try {
            String pair = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            return colon < 0 ? "" : pair.substring(colon + 1);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    /** Returns the DNS names of the client certificate that TLS has verified; empty if there is none. */
    private static List<String> certificateNames(@Nullable SSLSession session) {
        if (session == null) {
            return List.of();
        }
        try {
            Certificate[] chain = session.getPeerCertificates();
            return chain.length > 0 && chain[0] instanceof X509Certificate certificate
                    ? dnsNames(certificate.getSubjectAlternativeNames())
                    : List.of();
        } catch (SSLPeerUnverifiedException | CertificateParsingException e) {
            return List.of();
        }
    }

    private static List<String> dnsNames(@Nullable Collection<List<?>> names) {
        return names == null
                ? List.of()
                : names.stream()
                        .filter(name ->
                                name.size() > 1 && Integer.valueOf(DNS_NAME).equals(name.get(0)))
                        .map(name -> String.valueOf(name.get(1)))
                        .toList();
    }

    /** A header with a credential occurs more than once. */
    static final class AmbiguousCredentialsException extends Exception {
        private static final long serialVersionUID = 1L;

        AmbiguousCredentialsException(String header) {
            super("the header " + header + " occurs more than once");
        }
    }
}
