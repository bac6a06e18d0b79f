package io.tiercel.sensor.output;

import io.tiercel.rules.file.PrivateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * The file of alerts that the receiver rejected, one JSON object on each line. At the size limit it replaces the
 * previous file.
 */
final class RejectedAlertFile {
    static final long MAX_BYTES = 8L << 20;

    private final Path file;
    private final Path previous;

    RejectedAlertFile(Path folder) {
        this.file = folder.resolve("refused.jsonl");
        this.previous = folder.resolve("refused.1.jsonl");
    }

    Path file() {
        return file;
    }

    void add(byte[] json) throws IOException {
        if (Files.exists(file) && Files.size(file) + json.length + 1 > MAX_BYTES) {
            Files.move(file, previous, StandardCopyOption.REPLACE_EXISTING);
        }
        byte[] line = Arrays.copyOf(json, json.length + 1);
        line[json.length] = '\n';
        try (FileChannel channel = PrivateFiles.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.APPEND, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(line);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
    }
}
