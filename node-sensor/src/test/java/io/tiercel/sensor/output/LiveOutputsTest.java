package io.tiercel.sensor.output;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import io.tiercel.sensor.bpf.PreconditionResult;
import io.tiercel.sensor.bpf.Preconditions;
import io.tiercel.sensor.cli.Tiercel;
import io.tiercel.sensor.metrics.LoopbackHttpServer;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sensor in a child process, configured by a file and the environment, with all outputs. */
@Tag("live")
class LiveOutputsTest {
    @TempDir
    Path folder;

    private final List<String> posted = Collections.synchronizedList(new ArrayList<>());
    private @Nullable HttpServer server;
    private @Nullable Process sensor;

    @BeforeEach
    void assumeCaptureIsPossible() {
        for (PreconditionResult check : Preconditions.check()) {
            assumeTrue(check.passed(), () -> check.name() + ": " + check.detail() + "; " + check.remedy());
        }
    }

    @AfterEach
    void stop() throws InterruptedException {
        if (sensor != null) {
            sensor.destroyForcibly().waitFor();
        }
        if (server != null) {
            server.stop(0);
        }
    }

    private ConditionFactory awaitSensor() {
        return await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(200));
    }

    private String read(String file) {
        try {
            return Files.readString(folder.resolve(file));
        } catch (IOException e) {
            return "";
        }
    }

    /** Starts a receiver that fails the first three requests. */
    private int receiver() throws IOException {
        HttpServer started = LoopbackHttpServer.create(0);
        started.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            posted.add(exchange.getRequestHeaders().getFirst("Authorization") + " " + body);
            exchange.sendResponseHeaders(posted.size() <= 3 ? 503 : 200, -1);
            exchange.close();
        });
        started.start();
        server = started;
        return started.getAddress().getPort();
    }

    private void openBait(Path bait) throws IOException, InterruptedException {
        assertEquals(
                0,
                new ProcessBuilder("cat", bait.toString())
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor());
    }

    @Test
    void everyOutputGetsTheAlertAndFilesAreReopenedOnDemand() throws Exception {
        Path bait = Files.writeString(folder.resolve("bait"), "x");
        Files.writeString(folder.resolve("rules.yaml"), """
            - rule: Opened
              desc: a test
              condition: evt.type in (open, openat, openat2) and fd.name = %s
              output: by %%proc.name
              priority: WARNING
            """.formatted(bait));
        try (DatagramSocket syslog = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            syslog.setSoTimeout(60_000);
            Files.writeString(folder.resolve("tiercel.yaml"), """
                rules: {files: [%1$s/rules.yaml]}
                log: {format: json}
                outputs:
                  file: {path: %1$s/alerts.jsonl}
                  syslog: {address: "udp://127.0.0.1:%2$d"}
                  http: {url: "http://127.0.0.1:%3$d/"}
                  program: {command: [tee, %1$s/piped], format: text}
                """.formatted(folder, syslog.getLocalPort(), receiver()));
            ProcessBuilder command = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "--enable-native-access=ALL-UNNAMED",
                            "--sun-misc-unsafe-memory-access=allow",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Tiercel.class.getName(),
                            "sensor",
                            "--config",
                            folder.resolve("tiercel.yaml").toString())
                    .redirectOutput(folder.resolve("out").toFile())
                    .redirectError(folder.resolve("err").toFile());
            command.environment().put("TIERCEL_OUTPUTS_HTTP_AUTHORIZATION", "Bearer hidden");
            Process started = command.start();
            sensor = started;
            awaitSensor().until(() -> read("err").contains("ready: 1 rule "));
            assertTrue(read("err").lines().anyMatch(line -> line.startsWith("{\"time\":") && line.contains("ready")));

            awaitSensor().until(() -> {
                openBait(bait);
                return read("alerts.jsonl").contains("\"rule\":\"Opened\"");
            });
            awaitSensor().until(() -> read("out").contains("\"rule\":\"Opened\""));
            awaitSensor().until(() -> read("piped").contains("Warning by cat"));
            awaitSensor().until(() -> posted.size() > 3);
            assertEquals(posted.get(0), posted.get(3));
            assertTrue(posted.get(3).startsWith("Bearer hidden {"), posted.get(3));
            DatagramPacket packet = new DatagramPacket(new byte[9_000], 9_000);
            syslog.receive(packet);
            assertTrue(new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8)
                    .contains("Warning by cat"));

            Files.move(folder.resolve("alerts.jsonl"), folder.resolve("moved"));
            new ProcessBuilder("kill", "-USR1", Long.toString(started.pid()))
                    .start()
                    .waitFor();
            awaitSensor().until(() -> {
                openBait(bait);
                return read("alerts.jsonl").contains("\"rule\":\"Opened\"");
            });
            started.destroy();
            assertTrue(started.waitFor(5, TimeUnit.SECONDS));
            assertEquals(
                    read("out").lines().count(),
                    read("moved").lines().count() + read("alerts.jsonl").lines().count());
            assertTrue(!read("err").contains("hidden") && !read("out").contains("hidden"));
        }
    }
}
