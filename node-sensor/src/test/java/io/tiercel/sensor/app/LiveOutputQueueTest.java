package io.tiercel.sensor.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A flood of alerts to an output that accepts none for a while. */
@Tag("live")
class LiveOutputQueueTest {
    private static final int MARKERS = 100;
    private static final int BATCHES = 20;
    private static final int OPENS_PER_BATCH = 500;

    @TempDir
    Path folder;

    /**
     * Opens 10,000 times a file that a rule names, and 100 times two markers, one by the same rule and one by another. Before, the
     * full queue dropped its oldest alerts, and 26 of 100 markers arrived in such a flood.
     */
    @Test
    void aFloodDisplacesOnlyItsOwnAlerts() throws Exception {
        ShippedSensor.assumeCapture();
        Path flood = Files.writeString(folder.resolve("flood"), "x");
        Path same = Files.writeString(folder.resolve("same"), "x");
        Path other = Files.writeString(folder.resolve("other"), "x");
        Path go = folder.resolve("go");
        Path received = folder.resolve("received");
        Path rules = Files.writeString(
                folder.resolve("rules.yaml"),
                ShippedSensor.rule("Flood", "evt.type = openat and fd.name in (" + flood + ", " + same + ")")
                        + ShippedSensor.rule("Other", "evt.type = openat and fd.name = " + other));
        try (ShippedSensor sensor = ShippedSensor.start(
                folder,
                "--rules",
                rules.toString(),
                "--outputs-program-command",
                "sh",
                "--outputs-program-command",
                "-c",
                "--outputs-program-command",
                "until [ -e " + go + " ]; do sleep 0.1; done; exec cat >" + received)) {
            for (int batch = 1; batch <= BATCHES; batch++) {
                for (int i = 0; i < MARKERS / BATCHES; i++) {
                    Files.readString(same);
                    Files.readString(other);
                }
                for (int i = 0; i < OPENS_PER_BATCH; i++) {
                    Files.readString(flood);
                }
                int expected = batch * (OPENS_PER_BATCH + MARKERS / BATCHES);
                sensor.awaiting().until(() -> sensor.count("Flood") == expected);
            }
            sensor.awaiting().until(() -> sensor.count("Other") == MARKERS);
            Files.createFile(go);
            sensor.awaiting().until(() -> count(received, same) == MARKERS && count(received, other) == MARKERS);
            sensor.awaitAlerts("Tiercel internal: output lost alerts", 1);
            assertEquals(
                    List.of("program"),
                    sensor.alerts("Tiercel internal: output lost alerts").stream()
                            .map(alert -> alert.outputFields().get("output"))
                            .toList());
        }
    }

    /** Returns the number of complete lines that name a file. */
    private static long count(Path received, Path name) throws IOException {
        return Files.exists(received)
                ? Files.readString(received)
                        .lines()
                        .filter(line -> line.contains(name.toString()))
                        .count()
                : 0;
    }
}
