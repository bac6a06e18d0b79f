package io.tiercel.functions.respond.policy;

import io.tiercel.functions.config.InvalidConfiguration;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The policies of a file.
 *
 * @param policies in the order of the file
 * @param cap how often all of them together may act without a person
 */
public record Policies(List<ResponsePolicy> policies, Cap cap) {
    private static final String DEFAULT = "/rules/responses/default.yaml";

    /** Those that come with Tiercel. */
    public static Policies standard() {
        try (InputStream file = Objects.requireNonNull(Policies.class.getResourceAsStream(DEFAULT), DEFAULT)) {
            return of(DEFAULT, new String(file.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Those of a file.
     *
     * @param name the file's name, for messages
     * @param yaml its text
     * @throws InvalidConfiguration if the file is wrong; the message says where, what, and how to write it
     */
    public static Policies of(String name, String yaml) {
        return PolicyFile.read(name, yaml);
    }

    /**
     * Those of a file, else those that come with Tiercel.
     *
     * @param file the value of {@code TIERCEL_RESPONSES}
     * @throws IllegalArgumentException if the file cannot be read, or is wrong; the message says where, what, and how to
     *     write it
     */
    public static Policies of(Optional<String> file) {
        if (file.isEmpty()) {
            return standard();
        }
        try {
            return of(file.get(), Files.readString(Path.of(file.get())));
        } catch (IOException e) {
            throw new IllegalArgumentException("the file of TIERCEL_RESPONSES cannot be read: " + file.get(), e);
        } catch (InvalidConfiguration e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }
}
