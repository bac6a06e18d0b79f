package io.tiercel.sensor.cli;

import io.tiercel.sensor.grpc.GrpcOptions;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The words of {@code tiercel sensor} for the gRPC API. */
final class GrpcFlags {
    @Option(
            names = "--grpc",
            paramLabel = "HOST:PORT",
            description = "Offer alerts over gRPC, with mutual TLS; needs --grpc-cert, --grpc-key and --grpc-ca."
                    + " Falco's port is 5060.")
    private @Nullable String address;

    @Option(names = "--grpc-cert", paramLabel = "FILE", description = "The server's certificate chain (PEM).")
    private @Nullable Path certificate;

    @Option(
            names = "--grpc-key",
            paramLabel = "FILE",
            description = "Its key (PEM, PKCS #8), which others may not read.")
    private @Nullable Path key;

    @Option(names = "--grpc-ca", paramLabel = "FILE", description = "Who signs clients' certificates (PEM).")
    private @Nullable Path authority;

    @Option(
            names = "--grpc-allow",
            paramLabel = "NAME",
            description = "Name that a client's certificate has to carry, or *.NAME; may be given several times."
                    + " Default: any.")
    private List<String> allowed = List.of();

    @Option(
            names = "--grpc-socket",
            paramLabel = "PATH",
            description = "Offer alerts over gRPC on a Unix socket, to its owner and group.")
    private @Nullable Path socket;

    /**
     * What was asked for; null if nothing was.
     *
     * @throws IllegalArgumentException with a message for the user
     */
    @Nullable
    GrpcOptions options() {
        GrpcOptions.Tcp tcp = tcp();
        return tcp == null && socket == null ? null : new GrpcOptions(tcp, socket);
    }

    private GrpcOptions.@Nullable Tcp tcp() {
        if (address == null) {
            if (certificate != null || key != null || authority != null || !allowed.isEmpty()) {
                throw new IllegalArgumentException(
                        "--grpc-cert, --grpc-key, --grpc-ca and --grpc-allow go with --grpc HOST:PORT");
            }
            return null;
        }
        if (certificate == null || key == null || authority == null) {
            throw new IllegalArgumentException("--grpc needs --grpc-cert, --grpc-key and --grpc-ca;"
                    + " tiercel certs makes certificates for a first try");
        }
        try {
            GrpcOptions.Address parsed = GrpcOptions.Address.parse(address);
            return new GrpcOptions.Tcp(
                    parsed.host(), parsed.port(), new GrpcOptions.TlsFiles(certificate, key, authority), allowed);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--grpc: " + e.getMessage(), e);
        }
    }
}
