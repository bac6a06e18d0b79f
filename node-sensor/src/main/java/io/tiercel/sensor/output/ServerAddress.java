package io.tiercel.sensor.output;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * Where alerts are sent.
 *
 * @param alerts the address that takes batches of alerts
 */
public record ServerAddress(URI alerts) {
    /**
     * Reads the address of a server; {@code /alerts} is added to its path. Alerts tell what a machine does, so they go
     * over the network only under TLS.
     *
     * @throws IllegalArgumentException if it is no address, or neither https nor on this machine; the message says what
     *     would be right
     */
    public static ServerAddress parse(String text) {
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
        if (server.getRawQuery() != null || server.getRawFragment() != null || server.getRawUserInfo() != null) {
            throw new IllegalArgumentException("the address of a server has no user, query or fragment");
        }
        if (scheme.equals("http") && !isThisMachine(host)) {
            throw new IllegalArgumentException(
                    "\"" + text
                            + "\" would send alerts unencrypted: http is for this machine only (127.0.0.1, ::1, localhost), use https");
        }
        String path = server.getRawPath() == null ? "" : server.getRawPath().replaceAll("/+$", "");
        return new ServerAddress(URI.create(scheme + "://" + server.getRawAuthority() + path + "/alerts"));
    }

    /** Literal addresses only: what a name stands for may change. */
    private static boolean isThisMachine(String host) {
        return host.equalsIgnoreCase("localhost")
                || host.equals("[::1]")
                || host.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
    }
}
