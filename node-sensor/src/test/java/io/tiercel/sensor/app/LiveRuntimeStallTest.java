package io.tiercel.sensor.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.sensor.container.cri.ContainerdDaemon;
import io.tiercel.sensor.container.cri.CriPodClient;
import io.tiercel.sensor.container.cri.FakeCriServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A container runtime that is stopped, or that accepts connections and never answers, while containers start. The sensor
 * starts, sees every marker in time, reports the runtime, and has the names of containers once the runtime continues.
 */
@Tag("live")
class LiveRuntimeStallTest {
    private static final String RULE = "Marker";
    private static final String POD_RULE = "Pod marker";
    private static final int ROUNDS = 10;
    private static final int MARKERS_PER_ROUND = 10;

    /** The maximum time until the alerts of a round are printed, on a busy machine. */
    private static final Duration MAX_DELAY = Duration.ofSeconds(5);

    /** The maximum time until names are known after the runtime continues: the longest pause between probes, twice. */
    private static final Duration MAX_RECOVERY = Duration.ofSeconds(20);

    /** Twice the maximum time from SIGTERM to the end of the process, for a busy machine. */
    private static final Duration STOP_TIME = Duration.ofSeconds(10);

    private static final Pattern METRICS = Pattern.compile("metrics on (http://\\S+)/metrics");

    private static final Map<String, String> LABELS = Map.of(
            "io.kubernetes.pod.name", "web-0",
            "io.kubernetes.pod.namespace", "shop",
            "io.kubernetes.pod.uid", "uid-web-0");

    @TempDir
    Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<Path> cgroups = new ArrayList<>();
    private Path marker;
    private Path rules;

    @BeforeEach
    void prepare() throws IOException {
        ShippedSensor.assumeCapture();
        marker = Files.createFile(folder.resolve("marker")).toRealPath();
        String opens = "evt.type in (open, openat, openat2) and ";
        rules = Files.writeString(
                folder.resolve("rules.yaml"),
                rule(RULE, opens + "fd.name = " + marker) + rule(POD_RULE, opens + "fd.name = /host-etc/hostname"));
    }

    private static String rule(String name, String condition) {
        return "- rule: " + name + "\n  desc: a test\n  condition: " + condition
                + "\n  output: by %proc.name in %container.name of %k8s.pod.name\n  priority: WARNING\n";
    }

    @AfterEach
    void removeCgroups() throws IOException {
        for (Path cgroup : cgroups) {
            Files.deleteIfExists(cgroup);
        }
    }

    private ShippedSensor start(Path socket) throws IOException {
        return ShippedSensor.start(
                folder, "--rules", rules.toString(), "--cri", socket.toString(), "--metrics", "127.0.0.1:0");
    }

    private static Path unified() {
        return Stream.of("/sys/fs/cgroup/unified", "/sys/fs/cgroup")
                .map(Path::of)
                .filter(path -> Files.exists(path.resolve("cgroup.procs")))
                .findFirst()
                .orElseThrow();
    }

    /** Returns an id that no other container has. */
    private static String newId() {
        return "57a12" + HexFormat.of().toHexDigits(System.nanoTime()).repeat(3) + "01234567890";
    }

    /** Starts a container whose only program reads the marker, and ends. */
    private void runContainer(String id, int markers) throws IOException, InterruptedException {
        Path cgroup = unified().resolve("cri-containerd-" + id + ".scope");
        if (!cgroups.contains(cgroup)) {
            cgroups.add(Files.createDirectory(cgroup));
        }
        String read = "read x < " + marker + "; ";
        Process container = new ProcessBuilder(
                        "sh", "-c", "echo 0 > " + cgroup + "/cgroup.procs; " + read.repeat(markers) + ":")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("container").toFile())
                .start();
        assertEquals(0, container.waitFor(), () -> "the container's program failed");
    }

    private String get(ShippedSensor sensor, String path) {
        try {
            Matcher address = METRICS.matcher(sensor.log());
            assertTrue(address.find(), sensor::log);
            HttpRequest request = HttpRequest.newBuilder(URI.create(address.group(1) + path))
                    .timeout(MAX_DELAY)
                    .build();
            return http.send(request, BodyHandlers.ofString()).body();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private double metric(ShippedSensor sensor, String name) {
        return get(sensor, "/metrics")
                .lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** Reads 100 markers: half of them on the host, half of them in containers that start while the runtime is silent. */
    private List<String> allMarkersAlert(ShippedSensor sensor) throws Exception {
        int before = sensor.count(RULE);
        List<String> started = new ArrayList<>();
        for (int round = 1; round <= ROUNDS; round++) {
            for (int i = 0; i < MARKERS_PER_ROUND / 2; i++) {
                Files.readString(marker);
            }
            started.add(newId());
            runContainer(started.getLast(), MARKERS_PER_ROUND / 2);
            int expected = before + round * MARKERS_PER_ROUND;
            sensor.awaiting().atMost(MAX_DELAY).until(() -> sensor.count(RULE) >= expected);
        }
        assertEquals(before + ROUNDS * MARKERS_PER_ROUND, sensor.count(RULE), "each marker alerts once");
        assertEquals("ok", get(sensor, "/healthz").strip());
        return started;
    }

    private void reportsSilence(ShippedSensor sensor) {
        sensor.awaiting().until(() -> metric(sensor, "tiercel_container_runtimes_silent") == 1);
        assertTrue(metric(sensor, "tiercel_container_queries_total{outcome=\"timed_out\"}") > 0);
        assertTrue(sensor.log().contains("a container runtime does not answer"), sensor::log);
    }

    @Test
    void aRuntimeThatIsStopped() throws Exception {
        try (ContainerdDaemon containerd = new ContainerdDaemon(folder);
                CriPodClient pods = new CriPodClient(containerd.socket(), containerd.cgroupParent())) {
            String sandbox = pods.sandbox("web-0", LABELS);
            String loop = "while :; do read x < /host-etc/hostname; sleep 0.2; done";
            pods.container(sandbox, "web-0", "main", LABELS, "/bin/sh", "-c", loop);
            containerd.signal("STOP");
            try (ShippedSensor sensor = start(containerd.socket())) {
                allMarkersAlert(sensor);
                reportsSilence(sensor);
                sensor.awaitAlerts(POD_RULE, 1);
                assertTrue(
                        sensor.alerts(POD_RULE).stream()
                                .noneMatch(alert -> alert.message().contains(" in main of ")),
                        "no runtime could name the container");
                containerd.signal("CONT");
                sensor.awaiting()
                        .atMost(MAX_RECOVERY)
                        .until(() -> sensor.alerts(POD_RULE).stream()
                                .anyMatch(alert -> alert.message().contains(" in main of web-0")));
                pods.container(
                        sandbox, "web-0", "late", LABELS, "/bin/sh", "-c", "read x < /host-etc/hostname; sleep 60");
                sensor.awaiting()
                        .until(() -> sensor.alerts(POD_RULE).stream()
                                .anyMatch(alert -> alert.message().contains(" in late of web-0")));
                sensor.awaiting().until(() -> metric(sensor, "tiercel_container_runtimes_silent") == 0);
            } finally {
                containerd.signal("CONT");
                pods.remove(sandbox);
            }
        }
    }

    @Test
    void aSocketThatAcceptsAndNeverAnswers() throws Exception {
        Path socket = folder.resolve("cri.sock");
        try (FakeCriServer cri = new FakeCriServer(socket);
                ShippedSensor sensor = start(socket)) {
            cri.hang();
            List<String> started = allMarkersAlert(sensor);
            reportsSilence(sensor);
            cri.containers.addAll(started);
            cri.release();
            for (String id : started) {
                sensor.awaiting().atMost(MAX_RECOVERY).until(() -> {
                    runContainer(id, 1);
                    return sensor.alerts(RULE).getLast().message().contains(" in web of web-0");
                });
            }
            cri.hang();
            runContainer(newId(), 1);
            sensor.signal("TERM");
            assertTrue(
                    sensor.process().waitFor(STOP_TIME.toMillis(), TimeUnit.MILLISECONDS),
                    "the sensor must stop while the runtime is silent");
        }
    }
}
