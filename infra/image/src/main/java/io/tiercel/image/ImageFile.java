package io.tiercel.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * A file of an image.
 *
 * @param source the file on this machine
 * @param path the absolute path in the image
 * @param executable true if the file has execute permission in the image
 */
record ImageFile(Path source, String path, boolean executable) {
    /** Returns the SHA-256 digest of a file as lower-case hexadecimal digits. */
    static String sha256(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return DigestUtils.sha256Hex(in);
        }
    }
}
