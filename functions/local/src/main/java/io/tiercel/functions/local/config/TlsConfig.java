package io.tiercel.functions.local.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;

/**
 * Mutual TLS in place of plain HTTP: {@code TIERCEL_TLS_CERTIFICATE}, {@code TIERCEL_TLS_KEY}, and {@code TIERCEL_TLS_AUTHORITY},
 * all three or none. Whoever shows no certificate of that authority is not listened to, since alerts are believed.
 *
 * @param certificate the server's certificate chain, PEM
 * @param key its key, PEM
 * @param authority who signs callers' certificates, PEM
 */
public record TlsConfig(Path certificate, Path key, Path authority) {
    private static final List<String> SETTINGS =
            List.of("tiercel.tls.certificate", "tiercel.tls.key", "tiercel.tls.authority");

    /**
     * Reads the settings.
     *
     * @throws IllegalArgumentException if some are missing, or a file cannot be read
     */
    public static Optional<TlsConfig> read(Config config) {
        List<Path> files = SETTINGS.stream()
                .flatMap(setting -> config.getOptionalValue(setting, String.class).stream())
                .map(Path::of)
                .toList();
        if (files.isEmpty()) {
            return Optional.empty();
        }
        if (files.size() < SETTINGS.size()) {
            throw new IllegalArgumentException(
                    "TLS takes TIERCEL_TLS_CERTIFICATE, TIERCEL_TLS_KEY and TIERCEL_TLS_AUTHORITY, all three");
        }
        for (Path file : files) {
            if (!Files.isReadable(file)) {
                throw new IllegalArgumentException("a file of TIERCEL_TLS_... cannot be read: " + file);
            }
        }
        return Optional.of(new TlsConfig(files.get(0), files.get(1), files.get(2)));
    }

    /** Tells the HTTP server, before it starts. Changed files are taken up while it runs. */
    public void apply(int port) {
        Map.of(
                        "ssl.certificate.files", certificate.toString(),
                        "ssl.certificate.key-files", key.toString(),
                        "ssl.certificate.trust-store-file", authority.toString(),
                        "ssl.certificate.trust-store-file-type", "PEM",
                        "ssl.certificate.reload-period", "1m",
                        "ssl-port", Integer.toString(port),
                        "insecure-requests", "disabled")
                .forEach((setting, value) -> System.setProperty("quarkus.http." + setting, value));
    }
}
