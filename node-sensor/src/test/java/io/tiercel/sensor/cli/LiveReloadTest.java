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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sensor in a child process whose rule files change. */
@Tag("live")
class LiveReloadTest {
    private static final String NOT_RELOADED = "Tiercel internal: rules not reloaded";

    @TempDir
    Path folder;

    private Path rules;
    private Path out;
    private Path err;
    private Path bait;
    private Process sensor;

    @BeforeEach
    void start() throws IOException {
        for (PreconditionResult check : Preconditions.check()) {
            assumeTrue(check.passed(), () -> check.name() + ": " + check.detail() + "; " + check.remedy());
        }
        rules = folder.resolve("rules.yaml");
        out = folder.resolve("out");
        err = folder.resolve("err");
        bait = folder.resolve("bait");
        save(rule("Opened", "evt.type in (open, openat, openat2) and fd.name = " + bait));
        // A child process inherits an ignored signal, and the test may run with one.
        sensor = new ProcessBuilder(
                        "env",
                        "--default-signal=HUP",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Tiercel.class.getName(),
                        "sensor",
                        "--output",
                        "json",
                        "--rules",
                        rules.toString())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        awaitSensor().until(() -> Files.readString(err).contains("ready: 1 rule "));
    }

    @AfterEach
    void stop() throws InterruptedException {
        if (sensor != null && !sensor.waitFor(0, TimeUnit.SECONDS)) {
            sensor.destroyForcibly().waitFor();
        }
    }

    private ConditionFactory awaitSensor() {
        return await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(50))
                .failFast(() -> assertTrue(sensor.isAlive(), () -> text(err)));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static String rule(String name, String condition) {
        return "- rule: " + name + "\n  desc: a test\n  condition: " + condition
                + "\n  output: by %proc.name\n  priority: WARNING\n";
    }

    /** Replaces the file atomically, as editors do. */
    private void save(String text) throws IOException {
        Path saved = Files.writeString(folder.resolve("saved"), text);
        Files.move(saved, rules, StandardCopyOption.ATOMIC_MOVE);
    }

    private List<Alert> alerts(String rule) throws Exception {
        List<Alert> alerts = new ArrayList<>();
        String printed = Files.readString(out);
        for (String line :
                printed.substring(0, printed.lastIndexOf('\n') + 1).lines().toList()) {
            Alert alert = AlertJson.read(line);
            if (alert.rule().equals(rule)) {
                alerts.add(alert);
            }
        }
        return alerts;
    }

    private void awaitAlerts(String rule, int number) {
        awaitSensor().until(() -> alerts(rule).size() >= number);
    }

    private void openBait() throws IOException {
        Files.writeString(bait, "x");
    }

    private void sendHangUp() throws Exception {
        assertEquals(
                0,
                new ProcessBuilder("kill", "-HUP", Long.toString(sensor.pid()))
                        .start()
                        .waitFor());
    }

    @Test
    void reloadsChangedRulesRejectsInvalidOnesAndServesRequests() throws Exception {
        openBait();
        awaitAlerts("Opened", 1);

        save(rule("Removed", "evt.type in (unlink, unlinkat) and fs.path.name = " + bait));
        awaitSensor().until(() -> text(err).contains("rules reloaded: 1 rule"));
        awaitAlerts("Tiercel internal: rules reloaded", 1);
        openBait();
        Files.delete(bait);
        awaitAlerts("Removed", 1);
        assertEquals(1, alerts("Opened").size(), "the removed rule raises no more alerts");

        save(rule("Wrong", "evt.type in (open) and fd.nam = x"));
        awaitAlerts(NOT_RELOADED, 1);
        Alert alert = alerts(NOT_RELOADED).getFirst();
        assertEquals(rules.toString(), alert.outputFields().get("file"));
        assertEquals(3L, alert.outputFields().get("line"));
        assertEquals("LOAD_ERR_COMPILE_CONDITION", alert.outputFields().get("code"));
        assertTrue(text(err).contains(rules + ":3:"), () -> text(err));
        sendHangUp();
        awaitSensor().until(() -> text(err).split("rules not reloaded", -1).length == 3);
        openBait();
        Files.delete(bait);
        awaitAlerts("Removed", 2);
        assertEquals(1, alerts(NOT_RELOADED).size(), "the same error raises one alert");

        save(rule("Opened", "evt.type in (open, openat, openat2) and fd.name = " + bait));
        sendHangUp();
        awaitAlerts("Tiercel internal: rules reloaded", 2);
        openBait();
        awaitAlerts("Opened", 2);
        assertTrue(sensor.isAlive());

        sensor.destroy();
        assertTrue(sensor.waitFor(10, TimeUnit.SECONDS));
        assertEquals(2, alerts("Removed").size());
        assertFalse(text(err).contains("internal error"), () -> text(err));
    }
}
