package io.tiercel.sensor.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.sensor.app.ShippedSensor;
import io.tiercel.sensor.event.CProgram;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A node with a process or container that makes its readers wait, and with a container runtime that does not answer. The
 * sensor starts, sees every marker in time, stays healthy, and stops in time.
 */
@Tag("live")
class LiveStallTest {
    private static final int ROUNDS = 10;
    private static final int MARKERS_PER_ROUND = 10;

    /** The maximum time until the alerts of a round are printed, on a busy machine. */
    private static final Duration MAX_DELAY = Duration.ofSeconds(5);

    /** Twice the maximum time from SIGTERM to the end of the process, for a busy machine. */
    private static final Duration STOP_TIME = Duration.ofSeconds(10);

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    @TempDir
    Path folder;

    private Path marker;
    private Path cgroup;
    private ServerSocketChannel runtime;
    private @Nullable Process attack;
    private @Nullable ShippedSensor sensor;

    @BeforeEach
    void prepare() throws IOException {
        ShippedSensor.assumeCapture();
        marker = Files.createFile(folder.resolve("marker"));
        Files.writeString(folder.resolve("rules.yaml"), """
            - rule: Marker
              desc: a test
              condition: evt.type in (open, openat, openat2) and fd.name = %s and user.name != nobody
              output: marker user=%%user.name container=%%container.name
              priority: WARNING
            """.formatted(marker));
        runtime = ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(folder.resolve("runtime.sock")));
        String id = "57a11" + HexFormat.of().toHexDigits(System.nanoTime()).repeat(3) + "01234567890";
        cgroup = Files.createDirectory(unified().resolve("docker-" + id + ".scope"));
    }

    @AfterEach
    void stop() throws Exception {
        if (attack != null) {
            attack.getOutputStream().close();
            attack.waitFor();
        }
        if (sensor != null) {
            sensor.close();
        }
        if (runtime != null) {
            runtime.close();
        }
        if (cgroup != null) {
            await().until(() -> Files.readString(cgroup.resolve("cgroup.procs")).isEmpty());
            Files.delete(cgroup);
        }
    }

    private static Path unified() {
        return List.of("/sys/fs/cgroup/unified", "/sys/fs/cgroup").stream()
                .map(Path::of)
                .filter(p -> Files.exists(p.resolve("cgroup.procs")))
                .findFirst()
                .orElseThrow();
    }

    private void attack(String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(List.of(CProgram.compile("stall", folder).toString()));
        command.addAll(List.of(arguments));
        Process started = new ProcessBuilder(command).redirectErrorStream(true).start();
        attack = started;
        BufferedReader out = new BufferedReader(new InputStreamReader(started.getInputStream()));
        assertEquals("ready", out.readLine());
    }

    private void startSensor(String... options) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "--rules",
                folder.resolve("rules.yaml").toString(),
                "--cri",
                folder.resolve("runtime.sock").toString(),
                "--metrics",
                options.length == 0 ? "127.0.0.1:0" : "0.0.0.0:0"));
        arguments.addAll(List.of(options));
        sensor = ShippedSensor.start(folder, arguments.toArray(String[]::new));
    }

    private ShippedSensor sensor() {
        return Objects.requireNonNull(sensor);
    }

    private ConditionFactory awaitSensor() {
        return sensor().awaiting().atMost(MAX_DELAY).pollInterval(Duration.ofMillis(20));
    }

    private String get(String path) throws Exception {
        return sensor().get(path, MAX_DELAY);
    }

    private long alerts() {
        return sensor().alerts("Marker").stream()
                .filter(alert -> alert.message().contains("marker user=root"))
                .count();
    }

    private void allMarkersAlert() throws Exception {
        for (int round = 1; round <= ROUNDS; round++) {
            for (int i = 0; i < MARKERS_PER_ROUND; i++) {
                Files.readString(marker);
            }
            long expected = (long) round * MARKERS_PER_ROUND;
            awaitSensor().until(() -> alerts() >= expected);
        }
        assertEquals("ok", get("/healthz").strip());
    }

    private void stopsInTime() throws InterruptedException {
        Process stopped = sensor().process();
        stopped.destroy();
        assertTrue(stopped.waitFor(STOP_TIME.toMillis(), TimeUnit.MILLISECONDS), "the sensor must stop");
        assertTrue(sensor().log().contains(" alerts from "), "the sensor must stop in order, not by force");
    }

    /**
     * A container exchanges its passwd with a FIFO, or hides it behind a FUSE file system without a server.
     *
     * <p>Before, the event thread hung in both: no marker alerted, the health check failed, and SIGTERM took 5 s.
     */
    @ParameterizedTest
    @CsvSource({"fifo, 100", "fuse, 100"})
    void containerFilesThatHang(String kind, String passwdBytes) throws Exception {
        startSensor();
        attack(kind, cgroup.toString(), passwdBytes);
        allMarkersAlert();
        if (kind.equals("fuse")) {
            awaitSensor().until(() -> sensor().metric("tiercel_lookup_failures_total{reason=\"timed_out\"}") > 0);
        }
        stopsInTime();
    }

    /**
     * A container changes to user ids that its passwd lacks.
     *
     * <p>Before, the sensor read the file for each: 34 of 100 markers with one line, and no event for 22 s with 1 MiB.
     */
    @ParameterizedTest
    @CsvSource({"100", "1048576"})
    void unknownUserIds(String passwdBytes) throws Exception {
        startSensor();
        attack("storm", cgroup.toString(), passwdBytes);
        allMarkersAlert();
        stopsInTime();
    }

    /** A program runs from a FUSE file system whose server stopped. Before, the sensor never became ready. */
    @Test
    void programOnAFileSystemThatHangs() throws Exception {
        attack("program", Files.createDirectory(folder.resolve("fuse")).toString());
        startSensor();
        allMarkersAlert();
        stopsInTime();
    }

    /**
     * A client on the network opens 80 connections and sends nothing, again and again.
     *
     * <p>Before, 38 of 38 probes failed: they shared 64 connections with all clients.
     */
    @Test
    void probesBesideIdleConnections() throws Exception {
        Path token = Files.writeString(folder.resolve("token"), "a-token-of-32-visible-characters");
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
        Path socket = folder.resolve("run/health.sock");
        startSensor("--metrics-token-file", token.toString(), "--health-socket", socket.toString());
        int port = sensor().address().getPort();
        awaitSensor().until(() -> probe(socket, "/readyz") == 0);
        List<Socket> idle = new ArrayList<>();
        try {
            for (int round = 0; round < ROUNDS; round++) {
                for (int i = 0; i < 80; i++) {
                    idle.add(new Socket(LOOPBACK, port, InetAddress.getByName("127.0.0.2"), 0));
                }
                assertEquals(0, probe(socket, round % 2 == 0 ? "/readyz" : "/healthz"));
                for (String path : List.of("/readyz", "/healthz")) {
                    assertEquals("ok", get(path).strip());
                }
                assertTrue(get("/metrics").startsWith("metrics require the header"));
            }
        } finally {
            for (Socket each : idle) {
                each.close();
            }
        }
        stopsInTime();
        assertEquals(1, probe(socket, "/healthz"));
    }

    /** Runs what the probes of the chart run, and returns its exit status. */
    private int probe(Path socket, String path) throws Exception {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        HealthProbe.class.getName(),
                        socket.toString(),
                        path)
                .redirectOutput(folder.resolve("probe").toFile())
                .redirectErrorStream(true)
                .start()
                .waitFor();
    }
}
