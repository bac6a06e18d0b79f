package io.tiercel.sensor.config;

import java.util.List;
import java.util.Locale;

/**
 * One thing that a sensor can be told.
 *
 * @param path where it stands in the file, e.g. {@code outputs.http.url}
 * @param type what values it takes
 * @param standard the value if nothing is said, as it would be written; empty for none
 * @param flag the word of the command line, e.g. {@code --outputs-http-url}
 * @param description for people, one sentence
 */
public record Setting(String path, Type type, String standard, String flag, String description) {
    /** What values a key takes. */
    public sealed interface Type {
        /** Any text. */
        record Text() implements Type {}

        /** A file or folder. */
        record File() implements Type {}

        /** A file whose content is secret; the file's name is not. */
        record SecretFile() implements Type {}

        /** A secret text: only the environment may give it, since files and command lines are seen by others. */
        record Secret() implements Type {}

        /** Several texts, in order. */
        record Texts() implements Type {}

        /** {@code true} or {@code false}. */
        record Switch() implements Type {}

        /**
         * A whole number.
         *
         * @param unit for people, e.g. {@code ms}; empty for none
         */
        record Number(long least, long most, String unit) implements Type {}

        /** One of some words. */
        record Choice(List<String> words) implements Type {}
    }

    private static final String PREFIX = "TIERCEL_";

    /** The name of the variable that overrides the file, e.g. {@code TIERCEL_OUTPUTS_HTTP_URL}. */
    public String variable() {
        return PREFIX + path.replace('.', '_').toUpperCase(Locale.ROOT);
    }

    boolean isSecret() {
        return type instanceof Type.Secret;
    }

    /** What a value looks like, for people. */
    public String looksLike() {
        return switch (type) {
            case Type.Text _ -> "a text";
            case Type.File _ -> "the name of a file or folder";
            case Type.SecretFile _ -> "the name of a file that holds it";
            case Type.Secret _ -> "a secret";
            case Type.Texts _ -> "a list of texts";
            case Type.Switch _ -> "true or false";
            case Type.Number n ->
                "a whole number" + (n.unit.isEmpty() ? "" : " of " + n.unit) + " from " + n.least + " to " + n.most;
            case Type.Choice c -> String.join(" or ", c.words);
        };
    }
}
