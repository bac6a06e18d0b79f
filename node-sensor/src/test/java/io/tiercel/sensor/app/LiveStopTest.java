package io.tiercel.sensor.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tiercel.sensor.event.CProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A sensor that must end while floods go on: it ends soon and in order, and what happened before is an alert. */
@Tag("live")
class LiveStopTest {
    private static final int MARKERS = 100;

    /** docs/exit-status.md */
    private static final int SIGTERM_STATUS = 143;

    private static final String RULE = "Sensitive file read by untrusted program";
    private static final String MARKER =
            "import os\nfor i in range(" + MARKERS + "): os.close(os.open('/etc/shadow', os.O_RDONLY))";

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"match, 2", "dotdot, 8", "exec, 4"})
    void theSensorEndsInOrderDuringAFlood(String mode, int copies) throws Exception {
        ShippedSensor.assumeCapture();
        assumeTrue(Files.isReadable(Path.of("/etc/shadow")), "/etc/shadow is not readable");
        Path flood = CProgram.compile("flood", folder);
        try (ShippedSensor sensor = ShippedSensor.start(
                folder,
                "--rules",
                Path.of(System.getProperty("tiercel.root"), "rules/detections").toString())) {
            long marker;
            boolean ended;
            Process running = start(flood.toString(), mode, Integer.toString(copies));
            try {
                assertTrue(running.inputReader().readLine() != null, "the flood has not started");
                Process reader = start("python3", "-S", "-c", MARKER);
                assertEquals(0, reader.waitFor());
                marker = reader.pid();
                sensor.signal("TERM");
                ended = sensor.process().waitFor(60, TimeUnit.SECONDS);
            } finally {
                running.getOutputStream().close();
                running.waitFor();
            }
            assertTrue(ended, sensor::log);
            assertEquals(SIGTERM_STATUS, sensor.process().exitValue(), sensor::log);
            assertEquals(MARKERS, alerts(marker), sensor::log);
        }
    }

    private Process start(String... command) throws IOException {
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** Returns the number of alerts about a process. */
    private long alerts(long pid) throws IOException {
        String process = "\"proc.pid\":" + pid + ",";
        try (Stream<String> lines = Files.lines(folder.resolve("alerts.jsonl"))) {
            return lines.filter(line -> line.contains(RULE) && line.contains(process))
                    .count();
        }
    }
}
