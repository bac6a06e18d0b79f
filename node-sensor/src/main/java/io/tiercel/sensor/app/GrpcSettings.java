package io.tiercel.sensor.app;

import io.tiercel.sensor.config.Config;
import io.tiercel.sensor.config.Settings;
import io.tiercel.sensor.grpc.GrpcOptions;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The settings of the gRPC server. */
public final class GrpcSettings {
    private GrpcSettings() {}

    /**
     * Reads the settings. Returns null if the server is not enabled.
     *
     * @throws IllegalArgumentException with a message for users
     */
    public static @Nullable GrpcOptions options(Config config) {
        GrpcOptions.Tcp tcp = tcp(config);
        Path socket = config.file(Settings.GRPC_SOCKET);
        return tcp == null && socket == null ? null : new GrpcOptions(tcp, socket);
    }

    private static GrpcOptions.@Nullable Tcp tcp(Config config) {
        Path certificate = config.file(Settings.GRPC_CERTIFICATE);
        Path key = config.file(Settings.GRPC_KEY);
        Path authority = config.file(Settings.GRPC_CA);
        List<String> allowed = config.list(Settings.GRPC_ALLOW);
        if (!config.has(Settings.GRPC_LISTEN)) {
            if (certificate != null || key != null || authority != null || !allowed.isEmpty()) {
                throw new IllegalArgumentException(
                        "--grpc-cert, --grpc-key, --grpc-ca and --grpc-allow require --grpc HOST:PORT");
            }
            return null;
        }
        if (certificate == null || key == null || authority == null) {
            throw new IllegalArgumentException("--grpc requires --grpc-cert, --grpc-key and --grpc-ca;"
                    + " tiercel certs creates certificates to try it out");
        }
        try {
            GrpcOptions.Address parsed = GrpcOptions.Address.parse(config.text(Settings.GRPC_LISTEN));
            return new GrpcOptions.Tcp(
                    parsed.host(), parsed.port(), new GrpcOptions.MutualTlsFiles(certificate, key, authority), allowed);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(config.origin(Settings.GRPC_LISTEN) + ": " + e.getMessage(), e);
        }
    }
}
