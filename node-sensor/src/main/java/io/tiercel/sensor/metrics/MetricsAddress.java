package io.tiercel.sensor.metrics;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Listen address of the metrics server.
 *
 * @param socket resolved address and port
 */
public record MetricsAddress(InetSocketAddress socket) {
    private static final int MAX_PORT = 65_535;

    /**
     * Parses {@code PORT} or {@code HOST:PORT}. Without a host, the server listens on the loopback address only. Port
     * 0 selects any free port.
     *
     * @throws IllegalArgumentException if the text is invalid; the message shows the expected form
     */
    public static MetricsAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        String host = text.substring(0, Math.max(colon, 0));
        String port = text.substring(colon + 1);
        if (colon == 0 || (host.contains(":") && !(host.startsWith("[") && host.endsWith("]")))) {
            throw invalidAddress(text);
        }
        InetSocketAddress socket = host.isEmpty()
                ? new InetSocketAddress(InetAddress.getLoopbackAddress(), parsePort(port, text))
                : new InetSocketAddress(host, parsePort(port, text));
        if (socket.isUnresolved()) {
            throw new IllegalArgumentException("unknown host " + host);
        }
        return new MetricsAddress(socket);
    }

    private static int parsePort(String port, String text) {
        if (!port.matches("\\d{1,5}") || Integer.parseInt(port) > MAX_PORT) {
            throw invalidAddress(text);
        }
        return Integer.parseInt(port);
    }

    private static IllegalArgumentException invalidAddress(String text) {
        return new IllegalArgumentException("\"" + text
                + "\" is not a valid address; use PORT or HOST:PORT, for example 9464, 0.0.0.0:9464 or [::1]:9464");
    }

    /** Returns the address in the form that URLs use. */
    @Override
    public String toString() {
        String host = socket.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + socket.getPort();
    }
}
