package io.tiercel.functions.local.http;

import io.tiercel.functions.local.sqlite.DataDirectoryUnavailableException;
import io.tiercel.rules.file.SecretFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;

/** A secret token of operators or of senders, compared in constant time. A generated one is written to its own file only. */
public final class BearerToken {
    /** The minimum length of a token, in characters. */
    public static final int MIN_LENGTH = 16;

    private static final int MAX_LENGTH = 4096;
    private static final int RANDOM_BYTES = 32;
    private static final String SCHEME = "Bearer ";

    private final byte[] expected;

    private BearerToken(String token) {
        this.expected = token.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Creates a token.
     *
     * @throws IllegalArgumentException if it is shorter than {@link #MIN_LENGTH}, or has other characters than visible ASCII
     */
    public static BearerToken of(String token) {
        if (token.length() < MIN_LENGTH
                || token.length() > MAX_LENGTH
                || !token.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new IllegalArgumentException(
                    "a token of TIERCEL_TOKEN, TIERCEL_VIEWER_TOKEN or TIERCEL_INTAKE_TOKEN must have "
                            + MIN_LENGTH + " to " + MAX_LENGTH
                            + " visible ASCII characters; \"openssl rand -hex 32\" generates one");
        }
        return new BearerToken(token);
    }

    /**
     * Reads the token from a file of a directory. Generates a random token, readable by the owner only, if the
     * file does not exist.
     *
     * @throws DataDirectoryUnavailableException if the file can be neither read nor created
     */
    public static BearerToken in(Path directory, String name) {
        Path file = directory.resolve(name);
        try {
            if (!Files.exists(file)) {
                byte[] random = new byte[RANDOM_BYTES];
                new SecureRandom().nextBytes(random);
                try (var channel = Files.newByteChannel(
                        file,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
                    channel.write(StandardCharsets.US_ASCII.encode(
                            Base64.getUrlEncoder().withoutPadding().encodeToString(random) + "\n"));
                }
            }
            SecretFiles.check(file);
            return of(Files.readString(file).strip());
        } catch (IOException e) {
            throw new DataDirectoryUnavailableException(
                    "the token " + file.toAbsolutePath() + " can be neither read nor created ("
                            + (e instanceof FileSystemException ? e.getClass().getSimpleName() : e.getMessage())
                            + "); configure another file, see docs/functions.md");
        } catch (IllegalArgumentException e) {
            throw new DataDirectoryUnavailableException(
                    "the token in " + file.toAbsolutePath() + " is invalid; remove the file and restart the server");
        }
    }

    /** Returns whether another token is the same. */
    boolean sameAs(BearerToken other) {
        return MessageDigest.isEqual(expected, other.expected);
    }

    /** Returns whether a text is this token. */
    boolean is(String token) {
        return MessageDigest.isEqual(expected, token.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns whether an {@code Authorization} header (RFC 6750) has this token. */
    boolean matches(String header) {
        return header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                && is(header.substring(SCHEME.length()).strip());
    }
}
