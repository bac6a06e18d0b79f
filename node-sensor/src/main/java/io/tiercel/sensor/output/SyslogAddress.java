package io.tiercel.sensor.output;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;

/** The address of a syslog receiver. */
public sealed interface SyslogAddress {
    /** Default port of UDP (RFC 5426) and TCP (RFC 6587). */
    int DEFAULT_PORT = 514;

    /** A Unix socket such as {@code /dev/log}, for datagrams or for a stream. */
    record Local(Path socket) implements SyslogAddress {}

    /** One datagram for each message (RFC 5426). Datagrams may be lost without notice. */
    record Udp(String host, int port) implements SyslogAddress {}

    /** A connection, with the length before each message (RFC 6587, section 3.4.1). */
    record Tcp(String host, int port) implements SyslogAddress {}

    /**
     * Parses {@code /dev/log}, {@code unix:///dev/log}, {@code udp://HOST[:PORT]} or {@code tcp://HOST[:PORT]}.
     *
     * @throws IllegalArgumentException if the text is none of these; the message lists the valid forms
     */
    static SyslogAddress parse(String text) {
        if (text.startsWith("/")) {
            return new Local(Path.of(text));
        }
        URI address;
        try {
            address = new URI(text);
        } catch (URISyntaxException e) {
            throw invalid(text);
        }
        String scheme = address.getScheme() == null ? "" : address.getScheme();
        if (scheme.equals("unix")
                && address.getPath() != null
                && address.getPath().startsWith("/")) {
            return new Local(Path.of(address.getPath()));
        }
        String host = address.getHost();
        boolean onlyHostAndPort = address.getRawQuery() == null
                && (address.getRawPath() == null || address.getRawPath().isEmpty());
        if (host == null || !onlyHostAndPort) {
            throw invalid(text);
        }
        String hostName = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        int port = address.getPort() < 0 ? DEFAULT_PORT : address.getPort();
        if (port < 1 || port > 65_535) {
            throw invalid(text);
        }
        return switch (scheme) {
            case "udp" -> new Udp(hostName, port);
            case "tcp" -> new Tcp(hostName, port);
            default -> throw invalid(text);
        };
    }

    private static IllegalArgumentException invalid(String text) {
        return new IllegalArgumentException(
                "\"" + text + "\" is not a syslog address; use /dev/log, udp://HOST:514 or tcp://HOST:601");
    }
}
