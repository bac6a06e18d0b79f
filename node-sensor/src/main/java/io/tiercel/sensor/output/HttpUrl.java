package io.tiercel.sensor.output;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * A web address that alerts may be sent to. Alerts tell what a machine does, so they go over the network only under TLS.
 *
 * @param uri http or https
 */
public record HttpUrl(URI uri) {
    /**
     * Reads an address.
     *
     * @throws IllegalArgumentException if it is no address, or neither https nor on this machine; the message says what
     *     would be right
     */
    public static HttpUrl parse(String text) {
        return parse(text, false);
    }

    /**
     * The same.
     *
     * @param plain whether http is taken for other machines as well
     */
    public static HttpUrl parse(String text, boolean plain) {
        URI server;
        try {
            server = new URI(text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("\"" + text + "\" is not an address: " + e.getReason()
                    + "; it is written like https://alerts.example.com or http://127.0.0.1:8466");
        }
        String scheme = server.getScheme() == null ? "" : server.getScheme().toLowerCase(Locale.ROOT);
        String host = server.getHost();
        if (host == null || !(scheme.equals("http") || scheme.equals("https"))) {
            throw new IllegalArgumentException(
                    "\"" + text
                            + "\" is not the address of a server; it is written like https://alerts.example.com or http://127.0.0.1:8466");
        }
        if (server.getRawFragment() != null || server.getRawUserInfo() != null) {
            throw new IllegalArgumentException("the address of a server has no user, query or fragment");
        }
        if (scheme.equals("http") && !plain && !isThisMachine(host)) {
            throw new IllegalArgumentException(
                    "\"" + text
                            + "\" would send alerts unencrypted: http is for this machine only (127.0.0.1, ::1, localhost), use https");
        }
        return new HttpUrl(server);
    }

    /** Literal addresses only: what a name stands for may change. */
    private static boolean isThisMachine(String host) {
        return host.equalsIgnoreCase("localhost")
                || host.equals("[::1]")
                || host.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
    }
}
