package io.tiercel.sensor.grpc;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of the gRPC server. At least one is set.
 *
 * @param tcp TCP address; null for none
 * @param socket path of a Unix socket; null for none
 */
public record GrpcOptions(@Nullable Tcp tcp, @Nullable Path socket) {
    public GrpcOptions {
        if (tcp == null && socket == null) {
            throw new IllegalArgumentException("the gRPC server needs a TCP address or a Unix socket");
        }
    }

    /**
     * A TCP address with mutual TLS.
     *
     * @param host host name or address to listen on
     * @param port 0 to 65535; 0 for any free port
     * @param files certificates of the server
     * @param allowedClients client names: exact, or {@code *.} in place of the first label; empty for every client
     *     whose certificate the authority signed
     */
    public record Tcp(String host, int port, MutualTlsFiles files, List<String> allowedClients) {
        public Tcp {
            allowedClients = List.copyOf(allowedClients);
        }
    }

    /**
     * PEM files of one side of mutual TLS.
     *
     * @param certificate certificate, followed by intermediate certificates
     * @param key private key of the certificate, PKCS #8, unencrypted
     * @param authority certificates of the authorities that sign the certificates of the other side
     */
    public record MutualTlsFiles(Path certificate, Path key, Path authority) {}

    /** {@code HOST:PORT}, with brackets around an IPv6 address. */
    public record Address(String host, int port) {
        private static final int MAX_PORT = 65_535;

        /**
         * Parses an address.
         *
         * @throws IllegalArgumentException with a message for users
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
                        "\"" + text + "\" is not HOST:PORT; use e.g. 127.0.0.1:5060 or [::1]:5060");
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
