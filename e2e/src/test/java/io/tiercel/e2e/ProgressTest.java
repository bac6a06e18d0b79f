package io.tiercel.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Steps of {@code ./tiercel} show their progress: on a terminal by rewriting a line, in a log by one line for each step. */
@Tag("packaged")
class ProgressTest {
    /** Runs the same function that builds, makes images and installs packages. */
    private static final String SCRIPT = """
            set -euo pipefail
            root=$1
            source "$root/scripts/common.sh"
            state=$2
            source "$root/scripts/progress.sh"
            terminal=$([[ -t 2 ]] && echo yes || echo no)
            # Waits until the terminal has shown a text, for some 30 seconds.
            shown() {
                [[ $terminal == yes ]] || return 0
                for _ in {1..300}; do ! grep -q "$1" "$state/output" || return 0; sleep 0.1; done
            }
            work() {
                for n in 1 2; do
                    echo "[INFO] Building tiercel-part-$n 0.2.0-SNAPSHOT                [$n/2]"
                    shown "$n of 2"
                done
            }
            release() { echo "tiercel: writing tiercel_1_all.deb [3/4]"; shown "3 of 4"; }
            fail() { return 3; }
            run_step first "building parts" "$state/log" work
            run_step release/parts "writing packages" "$state/log" release
            run_step second "making an image" "$state/log" fail || exit $?
            """;

    /** Gives a program a pseudo-terminal, and copies what it writes. */
    private static final String TERMINAL = """
            import os, pty, subprocess, sys
            main, side = pty.openpty()
            child = subprocess.Popen(sys.argv[1:], stdin=side, stdout=side, stderr=side)
            os.close(side)
            while True:
                try:
                    data = os.read(main, 4096)
                except OSError:
                    break
                if not data:
                    break
                os.write(1, data)
            sys.exit(child.wait())
            """;

    @TempDir
    Path folder;

    @BeforeEach
    void rememberAnEarlierTime() throws Exception {
        Files.createDirectories(folder.resolve("times"));
        Files.writeString(folder.resolve("times/first"), "9\n");
        Files.writeString(folder.resolve("script"), SCRIPT);
    }

    private String run(List<String> command) throws Exception {
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals(3, process.exitValue(), () -> Tiercel.read(output));
        return Tiercel.read(output);
    }

    private List<String> script() {
        return List.of("bash", folder.resolve("script").toString(), Tiercel.ROOT.toString(), folder.toString());
    }

    @Test
    void aTerminalShowsHowFarAndHowLongStill() throws Exception {
        List<String> command = new java.util.ArrayList<>(List.of("python3", "-c", TERMINAL));
        command.addAll(script());
        String shown = run(command);
        for (String expected : List.of(
                "\r\u001B\\[Ktiercel: building parts: \\d+ s, about \\d s left",
                " left, 1 of 2: tiercel-part-1",
                ", 2 of 2: tiercel-part-2",
                "\r\u001B\\[Ktiercel: building parts: done after ",
                "tiercel: writing packages: \\d+ s, 3 of 4: tiercel_1_all\\.deb",
                "tiercel: making an image: failed after \\d+ s")) {
            assertTrue(Pattern.compile(expected).matcher(shown).find(), () -> expected + " is not in " + shown);
        }
    }

    @Test
    void aLogHasOneLineForEachStep() throws Exception {
        String log = run(script());
        assertEquals(
                "tiercel: building parts (about 9 s) ...\ntiercel: writing packages ...\ntiercel: making an image ...\n",
                log);
        assertFalse(log.contains("\r") || log.contains("\u001B"), log);
        assertTrue(
                Integer.parseInt(Files.readString(folder.resolve("times/first")).strip()) < 9);
        assertTrue(Files.exists(folder.resolve("times/release-parts")));
    }

    /** Time left is known after the first step. */
    @Test
    void aBenchmarkHasOneLineForEachStep() throws Exception {
        Tool.Result result = new Tool(Tiercel.ROOT.resolve("tiercel").toString(), Map.of("TIERCEL_BUILD", "no"))
                .run("bench", "delivery", "1000");
        assertEquals(0, result.status(), result.text());
        assertTrue(result.text().contains("tiercel: bench delivery: step 1 of "), result.text());
        assertTrue(
                Pattern.compile(
                                "tiercel: bench delivery: step 2 of \\d+, about (\\d+ min )?\\d+ s left: round 1 \\.\\.\\.")
                        .matcher(result.text())
                        .find(),
                result.text());
    }
}
