package io.tiercel.sensor.output;

import java.nio.file.Path;

/** Where a system log takes messages. */
public sealed interface SyslogAddress {
    /** The usual port, of UDP (RFC 5426) as of TCP (RFC 6587). */
    int DEFAULT_PORT = 514;

    /** A socket in the file system, such as {@code /dev/log}: datagrams, or a stream if it is one. */
    record Local(Path socket) implements SyslogAddress {}

    /** A datagram for each message, RFC 5426: some may get lost on the way, and nobody learns it. */
    record Udp(String host, int port) implements SyslogAddress {}

    /** A connection; each message preceded by its length, RFC 6587 3.4.1. */
    record Tcp(String host, int port) implements SyslogAddress {}

    /**
     * Reads {@code /dev/log}, {@code unix:///dev/log}, {@code udp://HOST[:PORT]} or {@code tcp://HOST[:PORT]}.
     *
     * @throws IllegalArgumentException if it is none of these; the message says what would be right
     */
    static SyslogAddress parse(String text) {
        if (text.startsWith("/")) {
            return new Local(Path.of(text));
        }
        java.net.URI address;
        try {
            address = new java.net.URI(text);
        } catch (java.net.URISyntaxException e) {
            throw wrong(text);
        }
        String scheme = address.getScheme() == null ? "" : address.getScheme();
        if (scheme.equals("unix")
                && address.getPath() != null
                && address.getPath().startsWith("/")) {
            return new Local(Path.of(address.getPath()));
        }
        String host = address.getHost();
        boolean nothingElse = address.getRawQuery() == null
                && (address.getRawPath() == null || address.getRawPath().isEmpty());
        if (host == null || !nothingElse) {
            throw wrong(text);
        }
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        int port = address.getPort() < 0 ? DEFAULT_PORT : address.getPort();
        if (port < 1 || port > 65_535) {
            throw wrong(text);
        }
        return switch (scheme) {
            case "udp" -> new Udp(bare, port);
            case "tcp" -> new Tcp(bare, port);
            default -> throw wrong(text);
        };
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException(
                "\"" + text
                        + "\" is not where a system log listens; it is written like /dev/log, udp://HOST:514 or tcp://HOST:601");
    }
}
