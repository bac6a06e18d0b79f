package io.tiercel.functions.local.http;

import io.tiercel.functions.local.sqlite.DataDirectoryUnavailableException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;

/** What those must show who change anything: a bearer token, RFC 6750. It is never written anywhere but into its own file. */
public final class BearerToken {
    /** Shortest token, in characters: one that is guessed opens everything. */
    public static final int LEAST_CHARACTERS = 16;

    private static final int MOST_CHARACTERS = 4096;
    private static final int RANDOM_BYTES = 32;
    private static final String SCHEME = "Bearer ";

    private final byte[] expected;

    private BearerToken(String token) {
        this.expected = token.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * A token that is given.
     *
     * @throws IllegalArgumentException if it is shorter than {@link #LEAST_CHARACTERS}, or no single line
     */
    public static BearerToken of(String token) {
        if (token.length() < LEAST_CHARACTERS
                || token.length() > MOST_CHARACTERS
                || !token.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new IllegalArgumentException("the token of TIERCEL_TOKEN or TIERCEL_TOKEN_FILE has to be "
                    + LEAST_CHARACTERS + " to " + MOST_CHARACTERS
                    + " visible ASCII characters; \"openssl rand -hex 32\" makes one");
        }
        return new BearerToken(token);
    }

    /**
     * The token in the file {@code token} of a folder, made at random, for the owner alone, if there is none.
     *
     * @throws DataDirectoryUnavailableException if it can be neither read nor written
     */
    public static BearerToken in(Path folder) {
        Path file = folder.resolve("token");
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
            return of(Files.readString(file).strip());
        } catch (IOException e) {
            throw new DataDirectoryUnavailableException("the token " + file.toAbsolutePath()
                    + " can be neither read nor made (" + e.getClass().getSimpleName() + "); set TIERCEL_TOKEN_FILE");
        } catch (IllegalArgumentException e) {
            throw new DataDirectoryUnavailableException(
                    "the token in " + file.toAbsolutePath() + " does not do; remove the file and start again");
        }
    }

    /** Whether an {@code Authorization} header shows the token; takes the same time however much of it is right. */
    boolean shownBy(String header) {
        return header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                && MessageDigest.isEqual(
                        expected, header.substring(SCHEME.length()).strip().getBytes(StandardCharsets.UTF_8));
    }
}
