package io.tiercel.sensor.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tiercel.rules.alert.Alert;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file system of the spool is frozen: the event thread continues, and no alert is lost, emitted early or reordered. */
@Tag("live")
class LiveSpoolStallTest {
    private static final Pattern METRICS = Pattern.compile("metrics on (http://\\S+)/metrics");
    private static final Pattern LOST = Pattern.compile("\\d+ alerts? (is|are) lost: the spool's disk");
    private static final int MARKERS = 50;

    /** More than the limit after which a write counts as hanging. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private Path disk;
    private boolean frozen;

    @BeforeEach
    void mount() throws Exception {
        ShippedSensor.assumeCapture();
        Path image = folder.resolve("image");
        disk = Files.createDirectory(folder.resolve("disk"));
        assumeTrue(
                run("truncate", "-s", "64M", image.toString())
                        && run("mkfs.ext4", "-q", image.toString())
                        && run("mount", "-o", "loop", image.toString(), disk.toString()),
                "this machine cannot mount an image");
    }

    @AfterEach
    void unmount() throws Exception {
        run("umount", disk.toString());
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }

    private void freeze() throws Exception {
        assertTrue(run("fsfreeze", "-f", disk.toString()));
        frozen = true;
    }

    private void thaw() throws Exception {
        assertTrue(run("fsfreeze", "-u", disk.toString()));
        frozen = false;
    }

    private HttpResponse<String> get(ShippedSensor sensor, String path) throws Exception {
        Matcher address = METRICS.matcher(sensor.log());
        assertTrue(address.find(), sensor::log);
        return http.send(
                HttpRequest.newBuilder(URI.create(address.group(1) + path))
                        .timeout(ShippedSensor.TIMEOUT)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private double metric(ShippedSensor sensor, String name) throws Exception {
        return get(sensor, "/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @Test
    void aFrozenSpoolStopsNeitherTheEventThreadNorTheEnd() throws Exception {
        Path marker = Files.createFile(folder.resolve("marker"));
        Path rules = Files.writeString(
                folder.resolve("rules.yaml"),
                ShippedSensor.rule("Marker", "evt.type in (open, openat, openat2) and fd.name = " + marker));
        try (ShippedSensor sensor = ShippedSensor.start(
                folder,
                "--rules",
                rules.toString(),
                "--spool",
                disk.resolve("spool").toString(),
                "--server",
                "http://127.0.0.1:9",
                "--heartbeat-interval",
                "3600",
                "--metrics",
                "127.0.0.1:0")) {
            try {
                check(sensor, marker);
            } finally {
                if (frozen) {
                    thaw(); // The kernel ends a process only when its last call returns.
                }
            }
            assertEquals(143, sensor.process().waitFor());
        }
    }

    private void check(ShippedSensor sensor, Path marker) throws Exception {
        Files.readString(marker);
        sensor.awaitAlerts("Marker", 1);

        freeze();
        for (int i = 0; i < MARKERS; i++) {
            Files.readString(marker);
        }
        sensor.awaiting().until(() -> metric(sensor, "tiercel_pending_alerts") >= MARKERS);
        double events = metric(sensor, "tiercel_events_total");
        sensor.awaiting().atMost(PATIENCE).until(() -> get(sensor, "/readyz").statusCode() == 503);
        HttpResponse<String> alive = get(sensor, "/healthz");
        assertEquals(200, alive.statusCode(), "a restart would lose the alerts in memory");
        assertTrue(alive.body().startsWith("ok, but the spool's disk has not answered for "), alive::body);
        assertEquals(1, sensor.count("Marker"), "an alert that is not on disk is not emitted");
        Files.readString(marker);
        sensor.awaiting().until(() -> metric(sensor, "tiercel_events_total") > events);

        thaw();
        sensor.awaitAlerts("Marker", 1 + MARKERS + 1);
        sensor.awaiting().until(() -> get(sensor, "/readyz").statusCode() == 200);
        List<Long> times =
                sensor.alerts("Marker").stream().map(Alert::timeNanos).toList();
        assertEquals(times.stream().sorted().toList(), times);
        assertEquals(0, metric(sensor, "tiercel_alerts_lost_total"));

        freeze();
        Files.readString(marker);
        sensor.awaiting().until(() -> metric(sensor, "tiercel_pending_alerts") >= 1);
        sensor.signal("TERM");
        sensor.awaiting().until(() -> LOST.matcher(sensor.log()).find());
        sensor.awaiting().until(() -> sensor.log().contains("the sensor ends without closing it"));
    }
}
