package io.tiercel.sensor.app;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.Priority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sensor that is killed and started again, and one that is stopped for a while. Before, neither was reported. */
@Tag("live")
class LiveWatchGapTest {
    private static final String NOT_RUNNING = "Tiercel internal: sensor was not running";
    private static final String NOT_WATCHING = "Tiercel internal: sensor was not watching";
    private static final Duration GAP = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private ShippedSensor start() throws IOException {
        Path rules = Files.writeString(
                folder.resolve("rules.yaml"), ShippedSensor.rule("Unused", "evt.type = openat and fd.name = /nothing"));
        return ShippedSensor.start(
                folder,
                "--rules",
                rules.toString(),
                "--spool",
                folder.resolve("spool").toString(),
                "--server",
                "http://127.0.0.1:9");
    }

    @Test
    void gapsAreAlerts() throws Exception {
        ShippedSensor.assumeCapture();
        try (ShippedSensor first = start()) {
            first.awaiting().until(() -> Files.exists(folder.resolve("spool/alive")));
            assertEquals(0, first.count(NOT_RUNNING), "the first start has no gap");
            first.signal("KILL");
            first.process().waitFor();
        }
        try (ShippedSensor second = start()) {
            second.awaitAlerts(NOT_RUNNING, 1);
            Alert killed = second.alerts(NOT_RUNNING).getFirst();
            assertEquals("killed", killed.outputFields().get("reason"));
            assertEquals(Priority.CRITICAL, killed.priority());
            assertTrue(seconds(killed) > 0, killed::toString);

            second.signal("STOP");
            long stopped = System.nanoTime();
            await().pollInterval(Duration.ofMillis(100))
                    .atMost(ShippedSensor.TIMEOUT)
                    .until(() -> System.nanoTime() - stopped >= GAP.toNanos());
            second.signal("CONT");
            second.awaitAlerts(NOT_WATCHING, 1);
            Alert paused = second.alerts(NOT_WATCHING).getFirst();
            assertEquals("process_stopped", paused.outputFields().get("reason"));
            assertTrue(seconds(paused) >= 5, paused::toString);
        }
    }

    private static double seconds(Alert alert) {
        return assertInstanceOf(Number.class, alert.outputFields().get("seconds"))
                .doubleValue();
    }
}
