package io.tiercel.functions.credential;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads the issuer's keys from a file.
 *
 * @param issuer the issuer
 * @param path path of a JSON Web Key Set
 */
record FileKeySource(String issuer, Path path) implements KeySource {
    @Override
    public IssuerKeys fetch() {
        try (InputStream file = Files.newInputStream(path)) {
            byte[] bytes = file.readNBytes(IssuerKeys.MAX_DOCUMENT_BYTES + 1);
            return IssuerKeys.parse(issuer, new String(bytes, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new KeySourceException(
                    "cannot read " + path + ": " + e.getClass().getSimpleName());
        }
    }
}
