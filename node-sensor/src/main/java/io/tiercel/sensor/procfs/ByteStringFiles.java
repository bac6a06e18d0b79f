package io.tiercel.sensor.procfs;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Reads small files and links as byte strings. Returns an empty string for those that cannot be read, because processes may
 * end at any time.
 */
final class ByteStringFiles {
    /** The target of a link whose target is longer than the kernel returns: what the kernel path walk puts before a cut. */
    static final String TRUNCATED = "...";

    /** The text of ENAMETOOLONG. */
    private static final String TOO_LONG = "File name too long";

    /** More than most files have. The JVM reads so many bytes without memory of its own. */
    private static final int FIRST_READ = 4096;

    private ByteStringFiles() {}

    /** Reads at most {@code limit} bytes of a file. */
    static String read(Path file, int limit) {
        try (FileInputStream in = new FileInputStream(file.toString())) {
            byte[] bytes = new byte[Math.min(limit, FIRST_READ)];
            int length = in.readNBytes(bytes, 0, bytes.length);
            while (length == bytes.length && length < limit) {
                bytes = Arrays.copyOf(bytes, Math.min(limit, 2 * length));
                length += in.readNBytes(bytes, length, bytes.length - length);
            }
            return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
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
