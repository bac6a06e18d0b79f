package io.tiercel.sensor.identity;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tiercel.rules.file.SecretFiles;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A file that contains a token. The kubelet replaces the file of a service account token before the token expires, by switching a symbolic link.
 * Exceptions never contain the token.
 *
 * @param path the file
 */
public record TokenFile(Path path) {
    private static final JsonFactory JSON = new JsonFactory();

    /**
     * A token.
     *
     * @param value the token
     * @param expires when it expires, in seconds since the epoch; null if it does not tell. It is not verified.
     */
    public record Token(String value, @Nullable Long expires) {
        @Override
        public String toString() {
            return "Token[expires=" + expires + "]";
        }
    }

    /**
     * Reads the token.
     *
     * @throws IOException if the file is missing, unreadable, too large or not one line of visible ASCII; the message names it
     */
    public Token read() throws IOException {
        byte[] bytes;
        try {
            if (!Files.isRegularFile(path)) {
                throw new FileNotFoundException(path + " does not exist or is not a file");
            }
            SecretFiles.check(path);
            try (InputStream file = Files.newInputStream(path)) {
                bytes = file.readNBytes(DeliveryCredentials.MAX_CHARACTERS + 2);
            }
        } catch (AccessDeniedException e) {
            throw new IOException(path + " is not readable", e);
        } catch (NoSuchFileException e) {
            throw new IOException(path + " does not exist", e);
        }
        String token = new String(bytes, StandardCharsets.ISO_8859_1).strip();
        if (token.length() > DeliveryCredentials.MAX_CHARACTERS) {
            throw new IOException(
                    path + " is too large: a token has at most " + DeliveryCredentials.MAX_CHARACTERS + " characters");
        }
        if (!DeliveryCredentials.isVisibleAscii(token)) {
            throw new IOException(path + " is not a token: it must be one line of visible ASCII");
        }
        return new Token(token, expires(token));
    }

    /** Reads the claim {@code exp} (RFC 7519, section 4.1.4) without verifying the token. */
    private static @Nullable Long expires(String token) {
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3) {
            return null;
        }
        try (JsonParser claims = JSON.createParser(Base64.getUrlDecoder().decode(parts[1]))) {
            if (claims.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            for (String name = claims.nextFieldName(); name != null; name = claims.nextFieldName()) {
                JsonToken value = claims.nextToken();
                if (name.equals("exp")) {
                    return value == JsonToken.VALUE_NUMBER_INT ? (Long) claims.getLongValue() : null;
                }
                claims.skipChildren();
            }
            return null;
        } catch (IOException | IllegalArgumentException e) {
            return null; // Not a JWT. The receiver decides about it.
        }
    }
}
