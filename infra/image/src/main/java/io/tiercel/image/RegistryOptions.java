package io.tiercel.image;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of commands that push to a registry. */
final class RegistryOptions {
    @Option(
            names = "--registry-ca",
            paramLabel = "FILE",
            description = "PEM file with certificate authorities that the registry's certificate may also come from.")
    private Optional<Path> authorities = Optional.empty();

    @Option(
            names = "--allow-insecure",
            description = "Allow plain HTTP, or a certificate that cannot be verified. Credentials are then sent to"
                    + " loopback addresses only.")
    private boolean insecure;

    /** Returns the file with further certificate authorities. */
    Optional<Path> authorities() {
        return authorities;
    }

    /** Returns true if the registry needs no verified certificate. */
    boolean insecure() {
        return insecure;
    }
}
