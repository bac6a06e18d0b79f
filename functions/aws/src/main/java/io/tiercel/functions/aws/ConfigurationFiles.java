package io.tiercel.functions.aws;

import io.tiercel.functions.config.InvalidConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/**
 * Reads configuration files by location: the path of a file in a layer, {@code ssm:NAME} or {@code ssm:NAME:VERSION} for a parameter
 * of Systems Manager, or {@code secret:NAME} for a secret of Secrets Manager. Files are read at start. With SnapStart, the start
 * is part of publishing, so a changed file takes effect with the next published version.
 */
public final class ConfigurationFiles {
    private static final String SECRET_PREFIX = "secret:";
    private static final String PARAMETER_PREFIX = "ssm:";

    private final UnaryOperator<String> secrets;
    private final UnaryOperator<String> parameters;

    /**
     * @param secrets returns the secret of a reference {@code secret:NAME}
     * @param parameters returns the value of a parameter
     */
    ConfigurationFiles(UnaryOperator<String> secrets, UnaryOperator<String> parameters) {
        this.secrets = secrets;
        this.parameters = parameters;
    }

    /**
     * Reads and parses a file.
     *
     * @param variable environment variable that contains the location, for messages
     * @param location location of the file; empty if there is none
     * @param parser parses the file, from its name and text
     * @throws IllegalArgumentException if the file cannot be read or is invalid; the message contains the position and problem
     */
    public <T> Optional<T> read(String variable, Optional<String> location, BiFunction<String, String, T> parser) {
        return location.map(name -> {
            try {
                return parser.apply(name, text(variable, name));
            } catch (InvalidConfiguration e) {
                throw new IllegalArgumentException(variable + ": " + e.getMessage(), e);
            }
        });
    }

    private String text(String variable, String location) {
        try {
            return location.startsWith(SECRET_PREFIX)
                    ? secrets.apply(location)
                    : location.startsWith(PARAMETER_PREFIX)
                            ? parameters.apply(location.substring(PARAMETER_PREFIX.length()))
                            : Files.readString(Path.of(location));
        } catch (IOException | RuntimeException e) {
            throw new IllegalArgumentException(
                    variable + ": cannot read " + location + ": " + e.getMessage()
                            + "; use the path of a file in a layer, ssm:NAME or secret:NAME",
                    e);
        }
    }
}
