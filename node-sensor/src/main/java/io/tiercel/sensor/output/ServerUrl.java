package io.tiercel.sensor.output;

import java.net.URI;
import java.util.Locale;

/**
 * Where alerts are sent.
 *
 * @param alerts the address that takes batches of alerts
 */
public record ServerUrl(URI alerts) {
    /**
     * Reads the address of a server; {@code /alerts} is added to its path.
     *
     * @throws IllegalArgumentException if it is no {@link HttpUrl}, or has a query
     */
    public static ServerUrl parse(String text) {
        URI server = HttpUrl.parse(text).uri();
        if (server.getRawQuery() != null) {
            throw new IllegalArgumentException("the address of a server has no user, query or fragment");
        }
        String path = server.getRawPath() == null ? "" : server.getRawPath().replaceAll("/+$", "");
        String scheme = server.getScheme().toLowerCase(Locale.ROOT);
        return new ServerUrl(URI.create(scheme + "://" + server.getRawAuthority() + path + "/alerts"));
    }
}
