package io.tiercel.sensor.grpc;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where alerts are offered over gRPC; at least one of the two.
 *
 * @param tcp the network address; null for none
 * @param socket path of a Unix socket; null for none
 */
public record GrpcOptions(@Nullable Tcp tcp, @Nullable Path socket) {
    public GrpcOptions {
        if (tcp == null && socket == null) {
            throw new IllegalArgumentException("neither an address nor a socket");
        }
    }

    /**
     * A network address, where both sides show certificates.
     *
     * @param host name or address to listen on
     * @param port 0 to 65535; 0 for any that is free
     * @param files the server's certificates
     * @param allowedClients names of clients: exact, or {@code *.} in the place of a name's first part; empty for all
     *     whose certificate the authority signed
     */
    public record Tcp(String host, int port, TlsFiles files, List<String> allowedClients) {
        public Tcp {
            allowedClients = List.copyOf(allowedClients);
        }
    }

    /**
     * Certificates and key as PEM files.
     *
     * @param certificate the own certificate, behind it those that lead to the authority's
     * @param key its key, unencrypted PKCS #8
     * @param authority certificates of the authorities that sign the other side's
     */
    public record TlsFiles(Path certificate, Path key, Path authority) {}

    /** {@code HOST:PORT}, with an IPv6 address in brackets. */
    public record Address(String host, int port) {
        private static final int MAX_PORT = 65_535;

        /**
         * Reads an address.
         *
         * @throws IllegalArgumentException with a message for the user
         */
        public static Address parse(String text) {
            int colon = text.lastIndexOf(':');
            String host = colon < 0 ? "" : text.substring(0, colon);
            if (host.startsWith("[") && host.endsWith("]")) {
                host = host.substring(1, host.length() - 1);
            } else if (host.indexOf(':') >= 0) {
                host = "";
            }
            int port = port(text.substring(colon + 1));
            if (host.isEmpty() || port < 0) {
                throw new IllegalArgumentException(
                        "\"" + text + "\" is not HOST:PORT, e.g. 127.0.0.1:5060 or [::1]:5060");
            }
            return new Address(host, port);
        }

        private static int port(String text) {
            boolean digits =
                    !text.isEmpty() && text.length() <= 5 && text.chars().allMatch(c -> c >= '0' && c <= '9');
            int port = digits ? Integer.parseInt(text) : -1;
            return port <= MAX_PORT ? port : -1;
        }
    }
}
