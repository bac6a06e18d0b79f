package io.tiercel.sensor.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tiercel.sensor.bpf.PreconditionResult;
import io.tiercel.sensor.bpf.Preconditions;
import io.tiercel.sensor.event.CProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Attacks by timing ({@code src/test/c/races.c}): a second thread changes the arguments of a syscall in memory, or replaces the
 * file that is being opened. Each call that took effect is an alert. Before the sensor used the kernel's copies, 102 of 992
 * unlinks were alerted, 51 of 996 renames, and up to 1,100 of 10,000 opens through a link were not.
 */
@Tag("live")
class LiveRacesTest {
    private static final int TRIES = 1000;
    private static final String RULES = """
            - rule: Removed
              desc: a test
              condition: evt.type in (unlink, unlinkat) and evt.rawres = 0 and evt.arg.path endswith /secret and proc.name = races
              output: "%evt.arg.path"
              priority: WARNING
            - rule: Renamed
              desc: a test
              condition: evt.type in (rename, renameat, renameat2) and evt.rawres = 0 and evt.arg.newpath endswith /secret and proc.name = races
              output: "%evt.arg.newpath"
              priority: WARNING
            - rule: Opened
              desc: a test
              condition: evt.type in (open, openat, openat2) and evt.is_open_read = true and fd.name endswith /secret and proc.name = races
              output: "%fd.name"
              priority: WARNING
            - rule: Connected
              desc: a test
              condition: evt.type = connect and evt.arg.addr startswith "127.0.9.9:"
              output: "%evt.arg.addr"
              priority: WARNING
            - rule: Changed
              desc: a test
              condition: evt.args.changed = true and proc.name = races
              output: "%evt.type"
              priority: WARNING
            """;

    @TempDir
    Path folder;

    private @Nullable Process sensor;

    private void start(String prefilter) throws IOException {
        for (PreconditionResult check : Preconditions.check()) {
            assumeTrue(check.passed(), () -> check.name() + ": " + check.detail() + "; " + check.remedy());
        }
        assumeFalse(
                Preconditions.checkProgram().detail().contains("user memory"),
                "this kernel does not show its copies of paths");
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        Path rules = Files.writeString(folder.resolve("rules.yaml"), RULES);
        sensor = new ProcessBuilder(
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
                        "--prefilter",
                        prefilter,
                        "--rules",
                        rules.toString())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        awaitSensor().until(() -> Files.readString(err).contains("ready: 5 rules"));
    }

    @AfterEach
    void stop() throws InterruptedException {
        if (sensor != null && !sensor.waitFor(0, TimeUnit.SECONDS)) {
            sensor.destroyForcibly().waitFor();
        }
    }

    private ConditionFactory awaitSensor() {
        return await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(50))
                .failFast(() -> assertTrue(Objects.requireNonNull(sensor).isAlive()));
    }

    private long alerts(String rule) throws IOException {
        String printed = Files.readString(folder.resolve("out"));
        return printed.substring(0, printed.lastIndexOf('\n') + 1)
                .lines()
                .filter(line -> line.contains("\"rule\":\"" + rule + "\""))
                .count();
    }

    /** Runs an attack in a new folder and waits until the given rules raised an alert for each call that took effect. */
    private void attack(Path program, String attack, int tries, String... rules)
            throws IOException, InterruptedException {
        Path target = Files.createDirectories(folder.resolve(attack));
        long before = alerts(rules);
        Process process = new ProcessBuilder(program.toString(), attack, target.toString(), Integer.toString(tries))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        int done = Integer.parseInt(new String(process.getInputStream().readAllBytes()).trim());
        assertTrue(process.waitFor() == 0 && done > 0, attack + " had no effect");
        awaitSensor()
                .alias(attack + ": " + done + " calls took effect")
                .until(() -> alerts(rules) - before, alerted -> alerted >= done);
    }

    private long alerts(String... rules) throws IOException {
        long sum = 0;
        for (String rule : rules) {
            sum += alerts(rule);
        }
        return sum;
    }

    @ParameterizedTest
    @ValueSource(strings = {"on", "off"})
    void eachCallThatTookEffectIsAnAlert(String prefilter) throws Exception {
        Path program = CProgram.compile("races", folder);
        start(prefilter);
        attack(program, "unlink", TRIES, "Removed");
        attack(program, "flip", TRIES / 5, "Removed");
        attack(program, "rename", TRIES, "Renamed");
        attack(program, "connect", TRIES, "Connected");
        attack(program, "replace", TRIES, "Opened");
        attack(program, "replace-link", TRIES, "Opened", "Changed");
        assertTrue(alerts("Changed") > 0, "no change was noticed");
    }
}
