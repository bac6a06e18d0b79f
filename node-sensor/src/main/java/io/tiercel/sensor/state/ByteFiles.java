package io.tiercel.sensor.state;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads small files as byte strings; what cannot be read is empty, since processes end while one looks at them. */
final class ByteFiles {
    private ByteFiles() {}

    static String text(Path file, int limit) {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(limit), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }

    /** Where a link points to. */
    static String link(Path link) {
        try {
            return bytes(Files.readSymbolicLink(link).toString());
        } catch (IOException e) {
            return "";
        }
    }

    /** The byte string of a file name. */
    static String bytes(String name) {
        return new String(name.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /** The file name of a byte string. */
    static String name(String bytes) {
        return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
}
