package io.tiercel.sensor.procfs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads small files and links as byte strings. Returns an empty string for those that cannot be read, because processes may
 * end at any time.
 */
final class ByteStringFiles {
    /** The target of a link whose target is longer than the kernel returns: what the kernel path walk puts before a cut. */
    static final String TRUNCATED = "...";

    /** The text of ENAMETOOLONG. */
    private static final String TOO_LONG = "File name too long";

    private ByteStringFiles() {}

    /** Reads at most {@code limit} bytes of a file. */
    static String read(Path file, int limit) {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(limit), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }

    /** Returns the target of a symbolic link; {@link #TRUNCATED} if it is too long. */
    static String readLink(Path link) {
        try {
            return toByteString(Files.readSymbolicLink(link).toString());
        } catch (FileSystemException e) {
            return TOO_LONG.equals(e.getReason()) ? TRUNCATED : "";
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
