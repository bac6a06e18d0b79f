package io.tiercel.sensor.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.AlertJson;
import io.tiercel.sensor.bpf.PreconditionResult;
import io.tiercel.sensor.bpf.Preconditions;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sensor in a child process that serves alerts, and clients as users start them. */
@Tag("live")
class LiveGrpcTest {
    private static final String RULE = """
        - rule: Secret read
          desc: a test
          condition: evt.type in (open, openat, openat2) and evt.is_open_read = true and fd.name = /etc/shadow
          output: Secret read | file=%fd.name program=%proc.name marked=%proc.env[TIERCEL_TEST]
          priority: WARNING
        """;

    @TempDir
    Path folder;

    private final List<Process> started = new ArrayList<>();
    private Path certs;
    private Path socket;
    private int port;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        for (PreconditionResult check : Preconditions.check()) {
            assumeTrue(check.passed(), () -> check.name() + ": " + check.detail() + "; " + check.remedy());
        }
        certs = folder.resolve("certs");
        socket = folder.resolve("run/t.sock");
        assertEquals(0, tiercel("certs", "certs", "--dir", certs.toString()).waitFor());
        Path rules = Files.writeString(folder.resolve("rules.yaml"), RULE);
        port = freePort();
        tiercel(
                "sensor",
                "sensor",
                "--output",
                "json",
                "--rules",
                rules.toString(),
                "--grpc",
                "127.0.0.1:" + port,
                "--grpc-cert",
                certs.resolve("server.crt").toString(),
                "--grpc-key",
                certs.resolve("server.key").toString(),
                "--grpc-ca",
                certs.resolve("ca.crt").toString(),
                "--grpc-allow",
                "tiercel-client",
                "--grpc-socket",
                socket.toString());
        awaitSensor().until(() -> read("sensor.err").contains("ready: 1 rule "));
    }

    @AfterEach
    void stop() throws InterruptedException {
        for (Process process : started.reversed()) {
            process.destroy();
            if (!process.waitFor(6, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        }
    }

    private static ConditionFactory awaitSensor() {
        return await().atMost(Duration.ofSeconds(60));
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }

    /** Starts the program. Its output goes to files with the given name. */
    private Process tiercel(String name, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                Tiercel.class.getName()));
        command.addAll(List.of(arguments));
        return start(name, command);
    }

    private Process start(String name, List<String> command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectOutput(folder.resolve(name + ".out").toFile())
                .redirectError(folder.resolve(name + ".err").toFile())
                .start();
        started.add(process);
        return process;
    }

    private String read(String file) throws IOException {
        Path path = folder.resolve(file);
        return Files.exists(path) ? Files.readString(path) : "";
    }

    private void readSecret() throws IOException, InterruptedException {
        ProcessBuilder cat = new ProcessBuilder("cat", "/etc/shadow").redirectOutput(ProcessBuilder.Redirect.DISCARD);
        cat.environment().put("TIERCEL_TEST", "grpc-" + ProcessHandle.current().pid());
        assertEquals(0, cat.start().waitFor());
    }

    private boolean containsOurAlert(String file) throws IOException {
        return read(file).contains("marked=grpc-" + ProcessHandle.current().pid());
    }

    @Test
    void streamsAlertsOverTcpAndUnixSocket() throws Exception {
        tiercel(
                "tls",
                "alerts",
                "--address",
                "localhost:" + port,
                "--cert",
                certs.resolve("client.crt").toString(),
                "--key",
                certs.resolve("client.key").toString(),
                "--ca",
                certs.resolve("ca.crt").toString(),
                "--filter",
                "proc.name = cat");
        tiercel("unix", "alerts", "--address", "unix:" + socket);
        tiercel("other", "alerts", "--address", "unix:" + socket, "--filter", "proc.name = head");
        awaitSensor().pollInterval(Duration.ofMillis(500)).until(() -> {
            readSecret();
            return containsOurAlert("tls.out") && containsOurAlert("unix.out");
        });
        assertFalse(containsOurAlert("other.out"), read("other.err"));
        String line = read("tls.out").lines().findFirst().orElseThrow();
        Alert alert = AlertJson.read(line);
        assertTrue(read("sensor.out").lines().anyMatch(line::equals), line);

        var resumed = tiercel(
                "resumed",
                "alerts",
                "--address",
                "unix:" + socket,
                "--resume",
                String.valueOf(alert.id()),
                "--for",
                "3");
        assertEquals(0, resumed.waitFor(), read("resumed.err"));
        assertFalse(read("resumed.out").lines().anyMatch(line::equals));
        assertFalse(read("resumed.out").contains("missed"));

        var wrong = tiercel("wrong", "alerts", "--address", "unix:" + socket, "--filter", "proc.nme = cat");
        assertEquals(1, wrong.waitFor());
        assertTrue(
                read("wrong.err").contains("INVALID_ARGUMENT: filter: at character 1: unknown field proc.nme"),
                read("wrong.err"));
    }

    @Test
    void servesGrpcurl() throws Exception {
        String grpcurl = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(directory -> Path.of(directory, "grpcurl"))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst()
                .orElse("");
        assumeTrue(!grpcurl.isEmpty(), "grpcurl is not on PATH");
        Path protos = Path.of(System.getProperty("tiercel.root"), "node-sensor/src/main/protobuf");
        List<String> tls = List.of(
                grpcurl,
                "-cacert",
                certs.resolve("ca.crt").toString(),
                "-cert",
                certs.resolve("client.crt").toString(),
                "-key",
                certs.resolve("client.key").toString(),
                "-import-path",
                protos.toString(),
                "-proto",
                "falco/outputs.proto",
                "-d",
                "{}",
                "localhost:" + port);
        awaitSensor().pollInterval(Duration.ofMillis(500)).until(() -> {
            readSecret();
            return containsOurAlert("sensor.out");
        });
        assertEquals(0, start("get", with(tls, "falco.outputs.service/get")).waitFor(), read("get.err"));
        assertTrue(containsOurAlert("get.out"), read("get.out"));
        start("sub", with(tls, "falco.outputs.service/sub"));
        awaitSensor().pollInterval(Duration.ofMillis(500)).until(() -> {
            readSecret();
            return containsOurAlert("sub.out");
        });
        List<String> unix = List.of(grpcurl, "-plaintext", "-unix", socket.toString());
        assertEquals(0, start("list", with(unix, "list")).waitFor(), read("list.err"));
        assertEquals(
                List.of(
                        "falco.outputs.service",
                        "falco.version.service",
                        "grpc.health.v1.Health",
                        "grpc.reflection.v1.ServerReflection",
                        "tiercel.v1.Alerts"),
                read("list.out").lines().toList());
        assertEquals(
                0, start("health", with(unix, "grpc.health.v1.Health/Check")).waitFor());
        assertTrue(read("health.out").contains("SERVING"));
        List<String> nobody =
                List.of(grpcurl, "-cacert", certs.resolve("ca.crt").toString(), "localhost:" + port, "list");
        assertTrue(start("nobody", nobody).waitFor() != 0);
        awaitSensor().until(() -> read("sensor.err").contains("gRPC: rejected /127.0.0.1:"));
    }

    private static List<String> with(List<String> arguments, String last) {
        List<String> all = new ArrayList<>(arguments);
        all.add(last);
        return all;
    }

    @Test
    void protectsCertificatesAndDoesNotOverwriteThem() throws Exception {
        try (Stream<Path> files = Files.list(certs)) {
            for (Path file : files.toList()) {
                assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
            }
        }
        String before = Files.readString(certs.resolve("ca.key"));
        assertEquals(1, tiercel("again", "certs", "--dir", certs.toString()).waitFor());
        assertTrue(read("again.err").contains("already exists; use --force to overwrite it"), read("again.err"));
        assertEquals(before, Files.readString(certs.resolve("ca.key")));
        assertEquals(
                0,
                tiercel("forced", "certs", "--dir", certs.toString(), "--force").waitFor());
        assertFalse(before.equals(Files.readString(certs.resolve("ca.key"))));
        assertEquals(
                1,
                tiercel("name", "certs", "--dir", certs.toString(), "--client", "a b")
                        .waitFor());
    }

    @Test
    void reportsInvalidOptions() throws Exception {
        assertEquals(1, tiercel("bare", "sensor", "--grpc", "127.0.0.1:1").waitFor());
        assertTrue(
                read("bare.err").contains("--grpc requires --grpc-cert, --grpc-key and --grpc-ca"), read("bare.err"));
        assertEquals(1, tiercel("stray", "sensor", "--grpc-allow", "x").waitFor());
        assertTrue(read("stray.err").contains("require --grpc HOST:PORT"), read("stray.err"));
        assertEquals(
                1,
                tiercel(
                                "taken",
                                "sensor",
                                "--rules",
                                folder.resolve("rules.yaml").toString(),
                                "--grpc-socket",
                                socket.toString())
                        .waitFor());
        assertTrue(read("taken.err").contains("another process listens on " + socket), read("taken.err"));
        assertEquals(
                6,
                tiercel("none", "alerts", "--address", "unix:" + folder.resolve("none"))
                        .waitFor());
        assertTrue(read("none.err").contains("UNAVAILABLE"), read("none.err"));
    }
}
