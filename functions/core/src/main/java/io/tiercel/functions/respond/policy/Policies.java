package io.tiercel.functions.respond.policy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

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
     * @throws io.tiercel.functions.yaml.YamlInvalid if the file is wrong; the message says where, what, and how to write it
     */
    public static Policies of(String name, String yaml) {
        return PolicyFile.read(name, yaml);
    }
}
