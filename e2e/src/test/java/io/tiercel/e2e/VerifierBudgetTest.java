package io.tiercel.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The verifier processes at most a fifth more instructions for each program than {@code bpf/kernels/budgets.tsv} says, on the kernel of
 * this machine. {@code KernelsTest} checks the same on other kernels.
 */
@Tag("live")
class VerifierBudgetTest {
    private static final Path OBJECT =
            Tiercel.ROOT.resolve("node-sensor/target/classes/io/tiercel/sensor/bpf/load/tiercel."
                    + System.getProperty("os.arch") + ".bpf.o");
    private static final Pattern CLANG = Pattern.compile("clang version ([0-9]+)");
    private static final Pattern VERIFIED = Pattern.compile("verified on_sys_exit: ([0-9]+) instructions");
    private static final int NO_BUDGET = 77;

    @TempDir
    Path folder;

    @Test
    void programsKeepWithinTheirBudget() throws Exception {
        Path log = doctorLog();
        Path output = folder.resolve("output");
        int status = budget("check", log, output, Map.of());
        System.out.print(Tiercel.read(output));
        assumeTrue(status != NO_BUDGET, () -> Tiercel.read(output));
        assertEquals(0, status, () -> Tiercel.read(output));
    }

    @Test
    void aProgramThatGrowsIsNamed() throws Exception {
        Path log = doctorLog();
        Map<String, String> table = Map.of(
                "TIERCEL_BUDGETS",
                Files.writeString(folder.resolve("budgets.tsv"), "# a table\n").toString());
        Path output = folder.resolve("output");
        assertEquals(NO_BUDGET, budget("check", log, output, table), () -> Tiercel.read(output));
        assertEquals(0, budget("write", log, output, table), () -> Tiercel.read(output));
        assertEquals(0, budget("check-all", log, output, table), () -> Tiercel.read(output));
        String text = Files.readString(log);
        Matcher verified = VERIFIED.matcher(text);
        assertTrue(verified.find(), text);
        long grown = Long.parseLong(verified.group(1)) * 13 / 10;
        Files.writeString(log, text.replace(verified.group(), "verified on_sys_exit: " + grown + " instructions"));
        assertEquals(1, budget("check", log, output, table), () -> Tiercel.read(output));
        assertTrue(Tiercel.read(output).contains("on_sys_exit grew from "), () -> Tiercel.read(output));
        Files.writeString(log, text.replace(" on_exit: ", " on_other_end: "));
        assertEquals(0, budget("check", log, output, table), () -> Tiercel.read(output));
        assertEquals(1, budget("check-all", log, output, table), () -> Tiercel.read(output));
        assertTrue(Tiercel.read(output).contains("on_other_end is not in the table"), () -> Tiercel.read(output));
    }

    private Path doctorLog() throws Exception {
        Tiercel.assumeCapture();
        try (Tiercel doctor = Tiercel.start(folder, List.of("env", "TIERCEL_DEBUG=1"), "doctor")) {
            assertNotEquals(1, doctor.exitStatus(60), doctor::err);
            assumeTrue(VERIFIED.matcher(doctor.err()).find(), "this machine cannot capture events");
            return Files.writeString(folder.resolve("log"), doctor.err());
        }
    }

    private static int budget(String command, Path log, Path output, Map<String, String> environment)
            throws IOException, InterruptedException {
        Matcher clang = CLANG.matcher(Files.readString(OBJECT, StandardCharsets.ISO_8859_1));
        ProcessBuilder builder = new ProcessBuilder(
                        Tiercel.ROOT.resolve("bpf/kernels/budget").toString(),
                        command,
                        System.getProperty("os.version"),
                        "clang-" + (clang.find() ? clang.group(1) : "unknown"))
                .redirectErrorStream(true)
                .redirectInput(log.toFile())
                .redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        Process budget = builder.start();
        assertTrue(budget.waitFor(30, TimeUnit.SECONDS));
        return budget.exitValue();
    }
}
