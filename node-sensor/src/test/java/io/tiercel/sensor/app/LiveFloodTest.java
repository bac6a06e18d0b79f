package io.tiercel.sensor.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tiercel.sensor.event.CProgram;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Floods of events, and a quiet program that reads /etc/shadow 100 times at the same time. All 100 reads raise an alert of our own rules,
 * with default limits.
 */
@Tag("live")
class LiveFloodTest {
    private static final int MARKERS = 100;
    private static final Duration YOUNG = Duration.ofSeconds(3); // 2 s in budget.h, and the clock's ticks
    private static final String SENSITIVE_READ = "Sensitive file read by untrusted program";
    private static final String LOST = "Tiercel internal: events lost";
    private static final Pattern PROCESS = Pattern.compile("\"proc.pid\":(\\d+)");
    private static final Pattern NAMED =
            Pattern.compile("most of them of flood \\(pid \\d+\\) of container f1f1f1f1f1f1");
    private static final String MARKER = "import os, sys\nprint('ready', flush=True)\nsys.stdin.readline()\n"
            + "for i in range(" + MARKERS + "): os.close(os.open('/etc/shadow', os.O_RDONLY))";

    @TempDir
    private static Path temp;

    private static ShippedSensor sensor;
    private static Path flood;

    /** Bytes of the sensor's output that were read. */
    private static long position;

    /** Alerts by process. */
    private static final Map<Long, Integer> alerts = new HashMap<>();

    /** Alerts about lost events. */
    private static final List<String> messages = new ArrayList<>();

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        position = 0; // a repeated run has another sensor
        alerts.clear();
        messages.clear();
        ShippedSensor.assumeCapture();
        assumeTrue(Files.isReadable(Path.of("/etc/shadow")), "/etc/shadow is not readable");
        flood = CProgram.compile("flood", temp);
        sensor = ShippedSensor.start(
                temp,
                "--rules",
                Path.of(System.getProperty("tiercel.root"), "rules/detections").toString());
    }

    @AfterAll
    static void stop() {
        if (sensor != null) {
            sensor.close();
        }
    }

    /** A program that runs until its standard input is closed. */
    private record Running(Process process, BufferedReader output) implements AutoCloseable {
        static Running start(String... command) throws IOException {
            Process process = new ProcessBuilder(command)
                    .directory(temp.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return new Running(process, process.inputReader());
        }

        /** Waits for that many further lines. */
        void awaitLines(int count) throws IOException {
            for (int i = 0; i < count; i++) {
                assertTrue(output.readLine() != null, "the program has ended");
            }
        }

        /** Waits for new lines: those that it has printed so far do not count. */
        void awaitNewLines(int count) throws IOException {
            while (output.ready()) {
                assertTrue(output.readLine() != null, "the program has ended");
            }
            awaitLines(count);
        }

        /** Waits for its first line. */
        Running awaitLine() throws IOException {
            assumeTrue(output.readLine() != null, "the kernel does not support this flood");
            return this;
        }

        @Override
        public void close() throws IOException, InterruptedException {
            process.getOutputStream().close();
            process.waitFor();
        }
    }

    private static Running startFlood(String mode, int copies) throws IOException {
        return Running.start(flood.toString(), mode, Integer.toString(copies)).awaitLine();
    }

    /** Starts python3 in a cgroup, or in that of the test if it is null. It waits for a line before it reads. */
    private static Running startMarker(@Nullable Path cgroup) throws IOException {
        String join = cgroup == null ? "" : "echo $$ > " + cgroup + "/cgroup.procs; ";
        String python = Files.isExecutable(Path.of("/usr/bin/python3")) ? "/usr/bin/python3" : "python3";
        return Running.start("sh", "-c", join + "exec " + python + " -S -c \"$1\"", "sh", MARKER);
    }

    /** Lets the program read the file 100 times, and returns its pid. */
    private static long readMarkers(Running marker) throws IOException, InterruptedException {
        marker.awaitLine();
        marker.close();
        assertEquals(0, marker.process().exitValue());
        return marker.process().pid();
    }

    /** Waits for 100 alerts of a process. */
    private static void awaitMarkers(long pid, String before) {
        sensor.awaiting()
                .untilAsserted(() -> assertEquals(
                        MARKERS,
                        alertsOf(pid),
                        () -> "alerts of process " + pid + "; before budgets: " + before + "; losses: "
                                + messages.stream()
                                        .skip(Math.max(0, messages.size() - 5))
                                        .toList()));
    }

    /** Reads new lines of the sensor's output, which is too large to read often, and returns the alerts of a process. */
    private static int alertsOf(long pid) throws IOException {
        try (FileChannel output = FileChannel.open(temp.resolve("alerts.jsonl"))) {
            output.position(position);
            BufferedReader reader = new BufferedReader(Channels.newReader(output, StandardCharsets.UTF_8));
            for (String line = reader.readLine(); line != null && line.endsWith("Z\"}"); line = reader.readLine()) {
                position += line.getBytes(StandardCharsets.UTF_8).length + 1;
                if (line.contains(LOST)) {
                    messages.add(line);
                }
                Matcher process = PROCESS.matcher(line);
                if (line.contains(SENSITIVE_READ) && process.find()) {
                    alerts.merge(Long.valueOf(process.group(1)), 1, Integer::sum);
                }
            }
        }
        return alerts.getOrDefault(pid, 0);
    }

    /** The program starts and reads during the flood. The last column has the alerts before budgets existed. */
    @ParameterizedTest
    @CsvSource({
        "dotdot, 8, 49 of 100",
        "long-chdir, 8, 92 of 100",
        "chdir, 8, not measured",
        "setpgid, 8, 82 of 100",
        "prlimit, 8, not measured",
        "match, 2, 26 of 100",
        "open, 8, 100 of 100",
        "exec, 4, not measured",
        "fork, 8, not measured",
        "connect, 8, not measured",
        "uring, 4, not measured",
    })
    void aFloodLosesItsOwnEventsOnly(String mode, int copies, String before) throws Exception {
        long pid;
        try (Running _ = startFlood(mode, copies)) {
            pid = readMarkers(startMarker(null));
        }
        awaitMarkers(pid, before);
    }

    /** With 200 busy threads, a new program needs long to start, so this one waits for the flood. */
    @Test
    void twoHundredThreadsDoNotStarveTheSensor() throws Exception {
        Running marker = startMarker(null);
        marker.awaitLine();
        awaitOwnFamily(marker); // the floods of other tests are of this process's family too
        try (Running _ = startFlood("relative+", 200)) {
            marker.close();
        }
        awaitMarkers(marker.process().pid(), "71 of 100, and 0 on two cores without a raised priority");
    }

    /**
     * Neither many processes nor cgroups that a container creates help it against another container, even while the
     * sensor reads nothing.
     */
    @Test
    void aContainerLosesItsOwnEventsOnlyAndIsNamed() throws Exception {
        Path loud = createContainer("docker-" + "f1".repeat(32) + ".scope");
        Path quiet = createContainer("docker-" + "0a".repeat(32) + ".scope");
        try {
            floodIn(loud, quiet);
        } finally {
            removeContainer(loud);
            removeContainer(quiet);
        }
    }

    private static void floodIn(Path loud, Path quiet) throws Exception {
        for (Path container : List.of(loud, quiet)) { // the sensor must know both before it stands
            awaitMarkers(readMarkers(startMarker(container)), "100 of 100 without a flood");
        }
        List<Running> floods = new ArrayList<>();
        long pid;
        sensor.signal("STOP");
        try {
            for (int i = 0; i < 4; i++) {
                Path nested = Files.createDirectory(loud.resolve("nested" + i));
                floods.add(startFloodIn(nested, "dotdot 8"));
            }
            pid = readMarkers(startMarker(quiet));
        } finally {
            sensor.signal("CONT");
            for (Running running : floods) {
                running.close();
            }
        }
        awaitMarkers(pid, "0 of 100");
        assertTrue(
                messages.stream().anyMatch(message -> NAMED.matcher(message).find()),
                () -> "the loss alert names the container and the process: " + messages);
    }

    /**
     * The kernel has budgets for 256 processes and 64 containers and users. More users have come and gone, and more processes flood, while
     * the sensor reads nothing. Before, 0 of 100.
     */
    @Test
    void moreProcessesAndUsersThanHaveBudgetsHideNoContainer() throws Exception {
        Path loud = createContainer("docker-" + "f2".repeat(32) + ".scope");
        Path quiet = createContainer("docker-" + "0b".repeat(32) + ".scope");
        Path folder = Files.createDirectory(temp.resolve("budgets"));
        try (ShippedSensor small = ShippedSensor.start(
                folder,
                "--rules",
                Path.of(System.getProperty("tiercel.root"), "rules/detections").toString(),
                "--ring-buffer-mib",
                "16", // leaves room for what the other sensor does
                "--budgets",
                "256")) {
            for (Path container : List.of(loud, quiet)) { // the sensor must know both before it stands
                awaitMarkers(small, readMarkers(startMarker(container)));
            }
            Running marker = startMarker(quiet);
            marker.awaitLine();
            awaitOwnFamily(marker);
            small.signal("STOP");
            try {
                startFlood("users", 1).close();
                try (Running _ = startFloodIn(loud, "dotdot 300")) {
                    marker.close();
                }
            } finally {
                small.signal("CONT");
            }
            awaitMarkers(small, marker.process().pid());
        } finally {
            removeContainer(loud);
            removeContainer(quiet);
        }
    }

    /**
     * 300 processes of a container send little each, and all together more than the ring buffer holds while the sensor reads
     * nothing. They have done so before, while it read. A neighbour in their container that sent nothing is let in. Before, 0
     * of 100.
     */
    @Test
    void quietProcessesHideNoNeighbourInTheirContainer() throws Exception {
        Path container = createContainer("docker-" + "f3".repeat(32) + ".scope");
        Path folder = Files.createDirectory(temp.resolve("quiet"));
        sensor.signal("STOP"); // its own events are in the same ring buffer of the other one
        try (ShippedSensor other = ShippedSensor.start(
                folder,
                "--rules",
                Path.of(System.getProperty("tiercel.root"), "rules/detections").toString(),
                "--ring-buffer-mib",
                "16")) {
            long known = readMarkers(startMarker(container));
            awaitMarkers(other, known);
            Running marker = startMarker(container);
            marker.awaitLine();
            try (Running slow = startFloodIn(container, "slow 300 1500")) {
                other.signal("STOP");
                try {
                    slow.awaitNewLines(15);
                } finally {
                    other.signal("CONT");
                }
                long caughtUp = readMarkers(startMarker(null));
                awaitMarkers(other, caughtUp);
                other.signal("STOP");
                try {
                    slow.awaitNewLines(7);
                    marker.close();
                } finally {
                    other.signal("CONT");
                }
            }
            awaitMarkers(other, marker.process().pid());
        } finally {
            sensor.signal("CONT");
            removeContainer(container);
        }
    }

    /** Waits for 100 alerts of a process from another sensor than that of this class. */
    private static void awaitMarkers(ShippedSensor other, long pid) {
        other.awaiting()
                .untilAsserted(
                        () -> assertEquals(MARKERS, markersOf(other, pid), () -> "losses: " + other.alerts(LOST)));
    }

    private static long markersOf(ShippedSensor sensor, long pid) {
        return sensor.alerts(SENSITIVE_READ).stream()
                .filter(alert ->
                        String.valueOf(alert.outputFields().get("proc.pid")).equals(Long.toString(pid)))
                .count();
    }

    /** Waits until the program is so old that the events of other children of this process no longer count for it. */
    private static void awaitOwnFamily(Running running) {
        Instant start = running.process().info().startInstant().orElseThrow();
        sensor.awaiting().until(() -> Duration.between(start, Instant.now()).compareTo(YOUNG) > 0);
    }

    private static Running startFloodIn(Path cgroup, String arguments) throws IOException {
        return Running.start("sh", "-c", "echo $$ > " + cgroup + "/cgroup.procs; exec " + flood + " " + arguments)
                .awaitLine();
    }

    /**
     * Floods of events that the prefilter excludes, while the sensor that verifies it reads nothing. Verification takes no room
     * that other events need.
     */
    @Test
    void verificationOfThePrefilterLosesNoEvent() throws Exception {
        Path folder = Files.createDirectory(temp.resolve("verify"));
        Path rules = Files.writeString(
                folder.resolve("rules.yaml"),
                ShippedSensor.rule("Read", "evt.type = openat and fd.name = /etc/shadow")
                        + ShippedSensor.rule("Changed", "evt.type = chdir and evt.res = SUCCESS and proc.name = none"));
        try (ShippedSensor verifying = ShippedSensor.start(
                folder, "--rules", rules.toString(), "--prefilter", "verify", "--metrics", "127.0.0.1:0")) {
            verifying.awaiting().until(() -> verifying.metric("tiercel_prefilter_verified_total") > 0);
            for (String mode : List.of("open", "missing-chdir")) {
                int before = verifying.count("Read");
                double verified = verifying.metric("tiercel_prefilter_verified_total");
                Running marker = startMarker(null);
                marker.awaitLine();
                verifying.signal("STOP");
                startFlood(mode, 2).close();
                marker.close();
                verifying.signal("CONT");
                verifying.awaiting().until(() -> verifying.count("Read") >= before + MARKERS);
                verifying.awaiting().until(() -> verifying.metric("tiercel_prefilter_verified_total") > verified + 500);
            }
            assertEquals(0, verifying.metric("tiercel_events_lost_total"), verifying::log);
            assertTrue(verifying.metric("tiercel_events_filtered_total") > 1_000);
            assertEquals(0, verifying.metric("tiercel_prefilter_mismatches_total"));
        }
    }

    private static Path createContainer(String name) throws IOException {
        Path root = Stream.of("/sys/fs/cgroup/unified", "/sys/fs/cgroup")
                .map(Path::of)
                .filter(path -> Files.exists(path.resolve("cgroup.procs")))
                .findFirst()
                .orElse(null);
        assumeTrue(root != null && Files.isWritable(root), "no writable cgroup v2 hierarchy");
        return Files.createDirectory(root.resolve(name));
    }

    private static void removeContainer(Path cgroup) throws IOException {
        try (Stream<Path> children = Files.list(cgroup)) {
            for (Path child : children.filter(Files::isDirectory).toList()) {
                sensor.awaiting().until(() -> child.toFile().delete());
            }
        }
        sensor.awaiting().until(() -> cgroup.toFile().delete());
    }
}
