package io.tiercel.functions.secret;

import io.tiercel.rules.file.SecretFiles;
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
 * Resolves references to secrets, {@code SCHEME:LOCATION}, such as {@code file:PATH} and {@code env:VARIABLE}. Configuration
 * files contain references only.
 */
public final class SecretResolver {
    private static final int MAX_BYTES = 64 * 1024;
    private static final String CERTIFICATE = "-----BEGIN CERTIFICATE-----";
    private static final String PRIVATE_KEY = "PRIVATE KEY-----";

    private final InstantSource clock;
    private final Map<String, UnaryOperator<String>> readers;

    private SecretResolver(InstantSource clock, Map<String, UnaryOperator<String>> readers) {
        this.clock = clock;
        this.readers = Map.copyOf(readers);
    }

    /** A resolver for files of at most 64 KiB and for environment variables. A larger file is an error, and so is a file that others can access. */
    public static SecretResolver forFilesAndEnvironment(InstantSource clock) {
        return new SecretResolver(clock, Map.of("file", SecretResolver::readFile, "env", SecretResolver::readVariable));
    }

    /**
     * Returns a resolver that supports another scheme.
     *
     * @param scheme the part before the colon
     * @param reader returns the secret at a location
     */
    public SecretResolver withScheme(String scheme, UnaryOperator<String> reader) {
        Map<String, UnaryOperator<String>> all = new HashMap<>(readers);
        all.put(scheme, reader);
        return new SecretResolver(clock, all);
    }

    /**
     * Resolves a reference. The secret is not read yet.
     *
     * @throws IllegalArgumentException if the reference is invalid; the message omits it, because it may be the secret itself
     */
    public Secret resolve(String reference) {
        int colon = reference.indexOf(':');
        UnaryOperator<String> reader = colon < 0 ? null : readers.get(reference.substring(0, colon));
        if (reader == null || colon == reference.length() - 1) {
            throw new IllegalArgumentException("a secret must be a reference: one of "
                    + String.join(":, ", new TreeSet<>(readers.keySet())) + ": followed by its location");
        }
        String location = reference.substring(colon + 1);
        return new Secret(reference, () -> reader.apply(location), clock);
    }

    private static String readFile(String file) {
        Path path = Path.of(file);
        String text;
        try (var stream = Files.newInputStream(path)) {
            byte[] secret = stream.readNBytes(MAX_BYTES + 1);
            if (secret.length > MAX_BYTES) {
                throw new IllegalStateException("the secret in " + file + " has more than " + MAX_BYTES + " bytes");
            }
            text = new String(secret, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("cannot read the secret in " + file, e);
        }
        if (!isPublic(text)) {
            requirePrivate(path);
        }
        return text;
    }

    /** Returns whether the text consists of certificates, which some channels refer to in the same way as to secrets. */
    private static boolean isPublic(String text) {
        return text.isBlank() || text.stripLeading().startsWith(CERTIFICATE) && !text.contains(PRIVATE_KEY);
    }

    private static void requirePrivate(Path file) {
        try {
            SecretFiles.check(file);
        } catch (IOException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    private static String readVariable(String name) {
        String value = System.getenv(name);
        if (value == null) {
            throw new IllegalStateException("the environment variable " + name + ", which holds a secret, is not set");
        }
        return value;
    }
}
