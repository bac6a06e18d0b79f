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
 * @param cap the cap of all policies together
 */
public record Policies(List<ResponsePolicy> policies, Cap cap) {
    private static final String DEFAULT_FILE = "/rules/responses/default.yaml";

    /** Returns the default policies. */
    public static Policies defaults() {
        try (InputStream file =
                Objects.requireNonNull(Policies.class.getResourceAsStream(DEFAULT_FILE), DEFAULT_FILE)) {
            return parse(DEFAULT_FILE, new String(file.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Parses a file.
     *
     * @param name the name of the file, for messages
     * @param yaml the text of the file
     * @throws InvalidConfiguration if the file is invalid; the message names the position, the problem and the correct form
     */
    public static Policies parse(String name, String yaml) {
        return PolicyFile.read(name, yaml);
    }

    /**
     * Loads a file, or the default policies.
     *
     * @param file the value of {@code TIERCEL_RESPONSES}; empty for the default policies
     * @throws IllegalArgumentException if the file cannot be read or is invalid
     */
    public static Policies load(Optional<String> file) {
        if (file.isEmpty()) {
            return defaults();
        }
        try {
            return parse(file.get(), Files.readString(Path.of(file.get())));
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot read the file in TIERCEL_RESPONSES: " + file.get(), e);
        } catch (InvalidConfiguration e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }
}
