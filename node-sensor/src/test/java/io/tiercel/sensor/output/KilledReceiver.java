package io.tiercel.sensor.output;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A receiver in a child process. It writes alerts to a file before it confirms them, until it is killed. */
final class KilledReceiver {
    private KilledReceiver() {}

    /** Arguments: port, file for the ids of stored alerts, one on each line. */
    public static void main(String[] args) throws Exception {
        FileOutputStream stored = new FileOutputStream(args[1], true);
        stored.write('\n'); // Ends a line that a kill truncated.
        try (FaultyServer _ = new FaultyServer(Integer.parseInt(args[0]), ids -> store(ids, stored))) {
            Thread.currentThread().join();
        }
    }

    private static synchronized int store(List<String> ids, FileOutputStream stored) {
        try {
            stored.write((String.join("\n", ids) + "\n").getBytes(StandardCharsets.ISO_8859_1));
            return 202;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
