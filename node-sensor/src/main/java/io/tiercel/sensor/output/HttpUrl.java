package io.tiercel.sensor.output;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * The URL of a receiver of alerts. Alerts reveal what runs on a machine, so other machines receive them over TLS only.
 *
 * @param uri http or https
 */
public record HttpUrl(URI uri) {
    /**
     * Parses a URL.
     *
     * @throws IllegalArgumentException if the text is not a URL, or is neither https nor on this machine; the message
     *     describes the valid form
     */
    public static HttpUrl parse(String text) {
        return parse(text, false);
    }

    /**
     * Parses a URL.
     *
     * @param allowPlain whether http is allowed for other machines too
     */
    public static HttpUrl parse(String text, boolean allowPlain) {
        URI server;
        try {
            server = new URI(text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("\"" + text + "\" is not a URL: " + e.getReason()
                    + "; use e.g. https://alerts.example.com or http://127.0.0.1:8466");
        }
        String scheme = server.getScheme() == null ? "" : server.getScheme().toLowerCase(Locale.ROOT);
        String host = server.getHost();
        if (host == null || !(scheme.equals("http") || scheme.equals("https"))) {
            throw new IllegalArgumentException("\"" + text
                    + "\" is not an http or https URL; use e.g. https://alerts.example.com or http://127.0.0.1:8466");
        }
        if (server.getRawFragment() != null || server.getRawUserInfo() != null) {
            throw new IllegalArgumentException("\"" + text + "\": the URL must not contain a user or a fragment");
        }
        if (scheme.equals("http") && !allowPlain && !isLoopback(host)) {
            throw new IllegalArgumentException(
                    "\"" + text
                            + "\" would send alerts unencrypted: use https, or http with a loopback address (127.0.0.1, ::1, localhost)");
        }
        return new HttpUrl(server);
    }

    /** Accepts literal addresses only, because a host name may resolve to another address later. */
    private static boolean isLoopback(String host) {
        return host.equalsIgnoreCase("localhost")
                || host.equals("[::1]")
                || host.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
    }
}
