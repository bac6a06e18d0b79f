package io.tiercel.sensor.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.tiercel.sensor.app.ShippedSensor;
import io.tiercel.sensor.bpf.Preconditions;
import io.tiercel.sensor.event.CProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
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

    /** The threads of another user that sleep in calls: more than the sensor has memory for, and more than the share of an account. */
    private static final int SLEEPERS = 120;

    /** The folder of a path that has a memory of its own, of which there are fewer. */
    private static final String LONG_FOLDER = "long/" + "0123456789".repeat(20) + "/" + "0123456789".repeat(20);

    /** Each try of this attack succeeds: the path is overwritten while the call waits. */
    private static final int FEW = 5;

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
        - rule: Waited
          desc: selects the opens of which Changed, which comes first, needs a record
          condition: evt.type in (open, openat, openat2) and evt.is_open_read = true and fd.name endswith /a-pipe and proc.name = races
          output: "%fd.name"
          priority: WARNING
        - rule: Replaced
          desc: a test
          condition: evt.file.replaced = true and proc.name = races
          output: "%fd.name"
          priority: WARNING
        """;

    @TempDir
    Path folder;

    private ShippedSensor start(String prefilter) throws IOException {
        ShippedSensor.assumeCapture();
        assumeFalse(
                Preconditions.checkProgram().detail().contains("user memory"),
                "this kernel does not show its copies of paths");
        return start(prefilter, "auto");
    }

    private ShippedSensor start(String prefilter, String arguments) throws IOException {
        Path rules = Files.writeString(folder.resolve("rules.yaml"), RULES);
        return ShippedSensor.start(
                folder,
                "--prefilter",
                prefilter,
                "--capture-arguments",
                arguments,
                "--call-memories",
                "64",
                "--rules",
                rules.toString());
    }

    /** Runs an attack in a new folder and waits until the given rules raised an alert for each call that took effect. */
    private void attack(ShippedSensor sensor, Path program, String attack, int tries, String... rules)
            throws IOException, InterruptedException {
        attack(
                sensor,
                List.of(program.toString(), attack, folder.resolve(attack).toString(), Integer.toString(tries)),
                rules);
    }

    /** The same in the given folder, beside threads of another user that sleep in calls. */
    private void attackBesideSleepers(
            ShippedSensor sensor, Path program, String attack, Path target, int tries, String... rules)
            throws IOException, InterruptedException {
        attack(
                sensor,
                List.of(
                        program.toString(),
                        attack,
                        target.toString(),
                        Integer.toString(tries),
                        Integer.toString(SLEEPERS)),
                rules);
    }

    private static void attack(ShippedSensor sensor, List<String> command, String... rules)
            throws IOException, InterruptedException {
        String attack = command.get(1);
        Files.createDirectories(Path.of(command.get(2)));
        long before = alerts(sensor, rules);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        int done = Integer.parseInt(new String(process.getInputStream().readAllBytes()).trim());
        assertTrue(process.waitFor() == 0 && done > 0, attack + " had no effect");
        sensor.awaiting()
                .alias(attack + ": " + done + " calls took effect")
                .until(() -> alerts(sensor, rules) - before, alerted -> alerted >= done);
    }

    private static long alerts(ShippedSensor sensor, String... rules) {
        return Arrays.stream(rules).mapToLong(sensor::count).sum();
    }

    @ParameterizedTest
    @ValueSource(strings = {"on", "off"})
    void eachCallThatTookEffectIsAnAlert(String prefilter) throws Exception {
        Path program = CProgram.compile("races", folder);
        try (ShippedSensor sensor = start(prefilter)) {
            attack(sensor, program, "unlink", TRIES, "Removed");
            attack(sensor, program, "flip", TRIES / 5, "Removed");
            attack(sensor, program, "rename", TRIES, "Renamed");
            attack(sensor, program, "connect", TRIES, "Connected");
            attack(sensor, program, "replace", TRIES, "Opened");
            attack(sensor, program, "replace-link", TRIES, "Opened", "Replaced");
            attack(sensor, program, "open-pipe", FEW, "Changed");
        }
    }

    /** Where the kernel shows no copies, a text that changes once is evaluated as it was before and after. */
    @ParameterizedTest
    @ValueSource(strings = {"on", "off"})
    void eachCallThatChangedOnceIsAnAlertWithoutKernelCopies(String prefilter) throws Exception {
        ShippedSensor.assumeCapture();
        Path program = CProgram.compile("races", folder);
        try (ShippedSensor sensor = start(prefilter, "entry-and-exit")) {
            assertTrue(sensor.log().contains("user memory at the entry and the exit"), sensor.log());
            attack(sensor, program, "unlink", TRIES, "Removed");
            attack(sensor, program, "rename", TRIES, "Renamed");
            attack(sensor, program, "connect", TRIES, "Connected");
            attack(sensor, program, "open-pipe", FEW, "Changed");
            attackBesideSleepers(sensor, program, "unlink", folder.resolve("short"), TRIES / 2, "Removed");
            attackBesideSleepers(sensor, program, "unlink", folder.resolve(LONG_FOLDER), TRIES / 2, "Removed");
        }
    }
}
