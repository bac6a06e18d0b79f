package io.tiercel.functions.credential;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Where the keys of the issuer of service account tokens are. */
public sealed interface KeyLocation {
    /** Value of the setting for {@link Issuer}. */
    String ISSUER = "issuer";

    /** Value of the setting for {@link Cluster}. */
    String CLUSTER = "kubernetes";

    /** Prefix of the value of the setting for {@link File}. */
    String FILE_PREFIX = "file:";

    /** At the issuer's URL, by OpenID Connect discovery. EKS publishes them there. */
    record Issuer() implements KeyLocation {}

    /** At the cluster's API server. */
    record Cluster() implements KeyLocation {}

    /**
     * In a file.
     *
     * @param path absolute path of a JSON Web Key Set
     */
    record File(Path path) implements KeyLocation {}

    /**
     * Parses a value of {@link IdentitySettings#KEYS}.
     *
     * @throws IllegalArgumentException if it is invalid
     */
    static KeyLocation parse(String value) {
        return switch (value) {
            case ISSUER -> new Issuer();
            case CLUSTER -> new Cluster();
            default -> new File(path(value));
        };
    }

    private static Path path(String value) {
        try {
            Path path = value.startsWith(FILE_PREFIX) ? Path.of(value.substring(FILE_PREFIX.length())) : Path.of("");
            if (path.isAbsolute()) {
                return path;
            }
        } catch (InvalidPathException e) {
            // Falls through to the message.
        }
        throw new IllegalArgumentException(IdentitySettings.KEYS + " is not a source of keys: use " + ISSUER + ", "
                + CLUSTER + " or " + FILE_PREFIX + "/PATH with an absolute path of a JSON Web Key Set");
    }
}
