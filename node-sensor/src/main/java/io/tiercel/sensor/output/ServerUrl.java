package io.tiercel.sensor.output;

import java.net.URI;
import java.util.Locale;

/**
 * The URL of the functions.
 *
 * @param alertsEndpoint endpoint that accepts batches of alerts
 */
public record ServerUrl(URI alertsEndpoint) {
    /**
     * Parses the URL of a server and appends {@code /alerts} to its path.
     *
     * @throws IllegalArgumentException if it is not an {@link HttpUrl}, or has a query
     */
    public static ServerUrl parse(String text) {
        URI server = HttpUrl.parse(text).uri();
        if (server.getRawQuery() != null) {
            throw new IllegalArgumentException("\"" + text + "\": the URL must not contain a query");
        }
        String path = server.getRawPath() == null ? "" : server.getRawPath().replaceAll("/+$", "");
        String scheme = server.getScheme().toLowerCase(Locale.ROOT);
        return new ServerUrl(URI.create(scheme + "://" + server.getRawAuthority() + path + "/alerts"));
    }
}
