package io.tiercel.sensor.config;

import java.util.List;
import java.util.Locale;

/**
 * A setting of the sensor.
 *
 * @param path key in the configuration file, e.g. {@code outputs.http.url}
 * @param type values that it accepts
 * @param defaultValue default, as it would be written in the file; empty for none
 * @param option command-line option, e.g. {@code --outputs-http-url}
 * @param description description for users
 */
public record Setting(String path, Type type, String defaultValue, String option, String description) {
    /** The values that a setting accepts. */
    public sealed interface Type {
        /** Any text. */
        record Text() implements Type {}

        /** The path of a file or folder. */
        record File() implements Type {}

        /** The path of a file whose content is secret. The path itself is not. */
        record SecretFile() implements Type {}

        /**
         * A secret text. Only an environment variable sets it, because other users can read configuration files and
         * command lines.
         */
        record Secret() implements Type {}

        /** A list of texts. */
        record TextList() implements Type {}

        /** {@code true} or {@code false}. */
        record Toggle() implements Type {}

        /**
         * An integer.
         *
         * @param unit unit for messages, e.g. {@code ms}; empty for none
         */
        record Number(long minimum, long maximum, String unit) implements Type {}

        /** One of a fixed set of values. */
        record Choice(List<String> values) implements Type {}
    }

    private static final String PREFIX = "TIERCEL_";

    /** Returns the environment variable that overrides the file, e.g. {@code TIERCEL_OUTPUTS_HTTP_URL}. */
    public String environmentVariable() {
        return PREFIX + path.replace('.', '_').toUpperCase(Locale.ROOT);
    }

    boolean isSecret() {
        return type instanceof Type.Secret;
    }

    /** Describes a valid value, for error messages. */
    public String expectedValue() {
        return switch (type) {
            case Type.Text _ -> "a text";
            case Type.File _ -> "the path of a file or folder";
            case Type.SecretFile _ -> "the path of a file that contains the secret";
            case Type.Secret _ -> "a secret";
            case Type.TextList _ -> "a list of texts";
            case Type.Toggle _ -> "true or false";
            case Type.Number n ->
                "an integer" + (n.unit.isEmpty() ? "" : " in " + n.unit) + " from " + n.minimum + " to " + n.maximum;
            case Type.Choice c -> String.join(" or ", c.values);
        };
    }
}
