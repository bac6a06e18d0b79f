package io.tiercel.sensor.output;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/** Alerts that the server refused, one JSON object a line; at its limit the file replaces the one before it. */
final class RejectedAlertFile {
    static final long LIMIT_BYTES = 8L << 20;

    private final Path file;
    private final Path before;

    RejectedAlertFile(Path folder) {
        this.file = folder.resolve("refused.jsonl");
        this.before = folder.resolve("refused.1.jsonl");
    }

    Path file() {
        return file;
    }

    void add(byte[] json) throws IOException {
        if (Files.exists(file) && Files.size(file) + json.length + 1 > LIMIT_BYTES) {
            Files.move(file, before, StandardCopyOption.REPLACE_EXISTING);
        }
        byte[] line = Arrays.copyOf(json, json.length + 1);
        line[json.length] = '\n';
        Files.write(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
