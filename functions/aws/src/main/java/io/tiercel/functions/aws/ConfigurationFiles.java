package io.tiercel.functions.aws;

import io.tiercel.functions.config.InvalidConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/**
 * Files that configure the functions, by where they are kept: the path of a file in a layer, {@code ssm:NAME} for a parameter
 * of Systems Manager ({@code ssm:NAME:VERSION} for one version of it), or {@code secret:NAME} for a secret of Secrets Manager.
 * They are read at the start, which SnapStart makes part of the published version: another text is taken up by a new version.
 */
final class ConfigurationFiles {
    private static final String IN_SECRET = "secret:";
    private static final String IN_PARAMETER = "ssm:";

    private final UnaryOperator<String> secrets;
    private final UnaryOperator<String> parameters;

    /**
     * @param secrets gives the secret of a reference, {@code secret:NAME}
     * @param parameters gives the value of a parameter
     */
    ConfigurationFiles(UnaryOperator<String> secrets, UnaryOperator<String> parameters) {
        this.secrets = secrets;
        this.parameters = parameters;
    }

    /**
     * What a file says.
     *
     * @param variable the variable that names the place, for messages
     * @param place where it is kept; nothing if there is no such file
     * @param reader takes the place as the file's name, and its text
     * @throws IllegalArgumentException if it cannot be read, or is wrong; the message says what and where
     */
    <T> Optional<T> read(String variable, Optional<String> place, BiFunction<String, String, T> reader) {
        return place.map(name -> {
            try {
                return reader.apply(name, text(variable, name));
            } catch (InvalidConfiguration e) {
                throw new IllegalArgumentException(variable + ": " + e.getMessage(), e);
            }
        });
    }

    private String text(String variable, String place) {
        try {
            return place.startsWith(IN_SECRET)
                    ? secrets.apply(place)
                    : place.startsWith(IN_PARAMETER)
                            ? parameters.apply(place.substring(IN_PARAMETER.length()))
                            : Files.readString(Path.of(place));
        } catch (IOException | RuntimeException e) {
            throw new IllegalArgumentException(
                    variable + " names " + place + ", which cannot be read: " + e.getMessage()
                            + "; give the path of a file in a layer, ssm:NAME or secret:NAME",
                    e);
        }
    }
}
