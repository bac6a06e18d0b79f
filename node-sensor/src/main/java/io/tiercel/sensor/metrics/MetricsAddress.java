package io.tiercel.sensor.metrics;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Where metrics are served.
 *
 * @param socket address and port, resolved
 */
public record MetricsAddress(InetSocketAddress socket) {
    private static final int MAX_PORT = 65_535;

    /**
     * Reads {@code PORT} or {@code HOST:PORT}; without a host only this machine is served, and port 0 stands for any
     * that is free.
     *
     * @throws IllegalArgumentException if it is neither; the message says what would be right
     */
    public static MetricsAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        String host = text.substring(0, Math.max(colon, 0));
        String port = text.substring(colon + 1);
        if (colon == 0 || (host.contains(":") && !(host.startsWith("[") && host.endsWith("]")))) {
            throw wrong(text);
        }
        InetSocketAddress socket = host.isEmpty()
                ? new InetSocketAddress(InetAddress.getLoopbackAddress(), number(port, text))
                : new InetSocketAddress(host, number(port, text));
        if (socket.isUnresolved()) {
            throw new IllegalArgumentException("nobody knows the host " + host);
        }
        return new MetricsAddress(socket);
    }

    private static int number(String port, String text) {
        if (!port.matches("\\d{1,5}") || Integer.parseInt(port) > MAX_PORT) {
            throw wrong(text);
        }
        return Integer.parseInt(port);
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException(
                "\"" + text + "\" is no port, nor host and port; it is written like 9464, 0.0.0.0:9464 or [::1]:9464");
    }

    /** As it is written in an address of the web. */
    @Override
    public String toString() {
        String host = socket.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + socket.getPort();
    }
}
