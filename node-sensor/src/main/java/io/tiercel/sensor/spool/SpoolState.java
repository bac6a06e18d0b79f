package io.tiercel.sensor.spool;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What a spool remembers beside its records; a file of one line, replaced as a whole.
 *
 * @param cursor index of the next record to deliver
 * @param checked damage below this index has been counted
 * @param dropped records dropped and not yet reported
 * @param damaged records damaged and not yet reported
 */
record SpoolState(long cursor, long checked, long dropped, long damaged) {
    private static final String FILE = "cursor";

    /** Null if there is none or it is damaged: then everything is delivered again, which receivers can take. */
    static @Nullable SpoolState read(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            return null;
        }
        String[] words = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)
                .strip()
                .split(" ");
        try {
            SpoolState state = words.length == 5
                    ? new SpoolState(
                            Long.parseLong(words[0]),
                            Long.parseLong(words[1]),
                            Long.parseLong(words[2]),
                            Long.parseLong(words[3]))
                    : null;
            return state != null && words[4].equals(state.checkSum()) ? state : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    void write(Path folder) throws IOException {
        Path written = folder.resolve(FILE + ".new");
        Files.writeString(written, figures() + " " + checkSum() + "\n");
        Files.move(written, folder.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
    }

    private String figures() {
        return cursor + " " + checked + " " + dropped + " " + damaged;
    }

    private String checkSum() {
        CRC32C crc = new CRC32C();
        crc.update(figures().getBytes(StandardCharsets.ISO_8859_1));
        return Long.toHexString(crc.getValue());
    }
}
