package io.tiercel.sensor.output;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A process of its own that takes alerts until it is killed, and has them in a file before it says so. */
final class KilledReceiver {
    private KilledReceiver() {}

    /** Port, file of the ids that were stored, one a line. */
    public static void main(String[] words) throws Exception {
        FileOutputStream stored = new FileOutputStream(words[1], true);
        stored.write('\n'); // ends a line that a kill has cut off
        try (FaultyServer _ = new FaultyServer(Integer.parseInt(words[0]), ids -> store(ids, stored))) {
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
