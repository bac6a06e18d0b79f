package io.tiercel.rules.text;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * SHA-256 with the result in lower-case hexadecimal.
 *
 * <p>The static methods hash one value. An instance hashes several values in sequence. Instances are not thread-safe.
 * The hash of several values is the hash of their concatenation. Use length prefixes or separators if different
 * sequences must have different hashes.
 */
public final class Sha256 {
    private final MessageDigest digest;

    /** Creates a hash of no bytes. */
    public Sha256() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is not available; every Java platform must provide it", e);
        }
    }

    /** Returns the hash of the bytes as 64 hexadecimal digits. */
    public static String hex(byte[] bytes) {
        return new Sha256().update(bytes).hex();
    }

    /** Returns the hash of the text's UTF-8 bytes as 64 hexadecimal digits. */
    public static String hex(String text) {
        return new Sha256().update(text).hex();
    }

    /** Appends bytes to the hashed input. */
    public Sha256 update(byte[] bytes) {
        digest.update(bytes);
        return this;
    }

    /** Appends the UTF-8 bytes of a text to the hashed input. */
    public Sha256 update(String text) {
        return update(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the hash as 64 hexadecimal digits and resets this instance. */
    public String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Returns the first bytes of the hash, two hexadecimal digits each, and resets this instance. */
    public String hexPrefix(int bytes) {
        return HexFormat.of().formatHex(digest.digest(), 0, bytes);
    }
}
