package io.tiercel.functions.local.config;

import io.tiercel.rules.file.SecretFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Mutual TLS instead of plain HTTP. The server then rejects clients without a certificate of the authority, because it trusts
 * the alerts that it receives.
 *
 * @param certificate {@code TIERCEL_TLS_CERTIFICATE}: the server's certificate chain, PEM
 * @param key {@code TIERCEL_TLS_KEY}: its private key, PEM
 * @param authority {@code TIERCEL_TLS_AUTHORITY}: the CA certificates that sign client certificates, PEM
 */
public record TlsConfig(Path certificate, Path key, Path authority) {
    private static final int FILES = 3;

    /**
     * Reads the settings; empty if none of them is set.
     *
     * @throws IllegalArgumentException if only some of the settings are present, a file cannot be read, or others can access the key
     */
    public static Optional<TlsConfig> read(ServerSettings settings) {
        List<Path> files = Stream.of(settings.tlsCertificate(), settings.tlsKey(), settings.tlsAuthority())
                .flatMap(Optional::stream)
                .map(Path::of)
                .toList();
        if (files.isEmpty()) {
            return Optional.empty();
        }
        if (files.size() < FILES) {
            throw new IllegalArgumentException(
                    "TLS requires all of TIERCEL_TLS_CERTIFICATE, TIERCEL_TLS_KEY and TIERCEL_TLS_AUTHORITY");
        }
        for (Path file : files) {
            if (!Files.isReadable(file)) {
                throw new IllegalArgumentException("cannot read a file of TIERCEL_TLS_...: " + file);
            }
        }
        try {
            SecretFiles.check(files.get(1));
        } catch (IOException e) {
            throw new IllegalArgumentException("TIERCEL_TLS_KEY: " + e.getMessage());
        }
        return Optional.of(new TlsConfig(files.get(0), files.get(1), files.get(2)));
    }

    /** Configures the HTTP server before it starts. The server reloads the files once a minute. */
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
