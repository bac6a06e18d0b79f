package io.tiercel.sensor.procfs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads small files and links as byte strings. Returns an empty string for those that cannot be read, because processes may
 * end at any time.
 */
final class ByteStringFiles {
    private ByteStringFiles() {}

    /** Reads at most {@code limit} bytes of a file. */
    static String read(Path file, int limit) {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(limit), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }

    /** Returns the target of a symbolic link. */
    static String readLink(Path link) {
        try {
            return toByteString(Files.readSymbolicLink(link).toString());
        } catch (IOException e) {
            return "";
        }
    }

    /** Converts a file name to a byte string. */
    static String toByteString(String fileName) {
        return new String(fileName.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /** Converts a byte string to a file name. */
    static String toFileName(String byteString) {
        return new String(byteString.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
}
