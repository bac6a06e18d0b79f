package io.tiercel.sensor.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.sensor.event.CProgram;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Attacks on the memory of a sensor with the shipped heap. */
@Tag("live")
class LiveMemoryTest {
    private static final int MARKERS = 100;
    private static final int SLEEPERS = 650;

    @TempDir
    Path folder;

    @BeforeEach
    void assumeCapture() {
        ShippedSensor.assumeCapture();
    }

    /**
     * Each process has 4 KiB of arguments and of environment, half of them before the sensor starts. Before, 1,300 of them
     * needed 97 KB of heap each, which ended the sensor at each start.
     */
    @Test
    void processesWithManyArgumentsDoNotExhaustTheHeap() throws Exception {
        Path program = CProgram.compile("sleepers", folder);
        Path marker = Files.writeString(folder.resolve("marker"), "x");
        Path rules = Files.writeString(
                folder.resolve("rules.yaml"),
                ShippedSensor.rule("Marker", "evt.type = openat and fd.name = " + marker));
        Process before = start(program);
        try (ShippedSensor sensor = ShippedSensor.start(folder, "--rules", rules.toString())) {
            Process after = start(program);
            try {
                for (int i = 0; i < MARKERS; i++) {
                    Files.readString(marker);
                }
                sensor.awaitAlerts("Marker", MARKERS);
                assertEquals(MARKERS, sensor.alerts("Marker").size());
                assertTrue(sensor.process().isAlive(), sensor::log);
            } finally {
                after.destroyForcibly().waitFor();
            }
        } finally {
            before.destroyForcibly().waitFor();
        }
    }

    private static Process start(Path program) throws IOException {
        Process started = new ProcessBuilder(program.toString(), Integer.toString(SLEEPERS)).start();
        try (BufferedReader output = started.inputReader()) {
            assertEquals("started", output.readLine());
        }
        return started;
    }
}
