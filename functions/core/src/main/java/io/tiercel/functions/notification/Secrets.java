package io.tiercel.functions.notification;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * Where secrets are kept. A reference names one, {@code file:PATH}, {@code env:VARIABLE} or what else there is: configuration
 * holds references only.
 */
public final class Secrets {
    private static final int MAX_BYTES = 4_096;

    private final InstantSource clock;
    private final Map<String, UnaryOperator<String>> keepers;

    private Secrets(InstantSource clock, Map<String, UnaryOperator<String>> keepers) {
        this.clock = clock;
        this.keepers = Map.copyOf(keepers);
    }

    /** Files, of at most 4096 bytes, and environment variables. */
    public static Secrets ofThisMachine(InstantSource clock) {
        return new Secrets(clock, Map.of("file", Secrets::content, "env", Secrets::variable));
    }

    /**
     * And another keeper.
     *
     * @param kind the word before the colon
     * @param keeper gives a secret for what stands behind it
     */
    public Secrets with(String kind, UnaryOperator<String> keeper) {
        Map<String, UnaryOperator<String>> more = new HashMap<>(keepers);
        more.put(kind, keeper);
        return new Secrets(clock, more);
    }

    /**
     * The secret of a reference; it is not read yet.
     *
     * @throws IllegalArgumentException if this is no reference; the message does not hold it, since it may be the secret itself
     */
    public Secret secret(String reference) {
        int colon = reference.indexOf(':');
        UnaryOperator<String> keeper = colon < 0 ? null : keepers.get(reference.substring(0, colon));
        if (keeper == null || colon == reference.length() - 1) {
            throw new IllegalArgumentException("a secret is named by where it is kept, with one of "
                    + String.join(":, ", new TreeSet<>(keepers.keySet())) + ": before the place");
        }
        String place = reference.substring(colon + 1);
        return new Secret(reference, () -> keeper.apply(place), clock);
    }

    private static String content(String file) {
        try (var stream = Files.newInputStream(Path.of(file))) {
            return new String(stream.readNBytes(MAX_BYTES), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("the secret in " + file + " cannot be read", e);
        }
    }

    private static String variable(String name) {
        String value = System.getenv(name);
        if (value == null) {
            throw new IllegalStateException("the secret in the environment variable " + name + " is not there");
        }
        return value;
    }
}
