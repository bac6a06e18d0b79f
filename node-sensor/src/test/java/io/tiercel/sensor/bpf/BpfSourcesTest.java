package io.tiercel.sensor.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sources in C: formatted as {@code bpf/.clang-format} says, which another version would read differently. */
class BpfSourcesTest {
    private static final Path ROOT = Path.of(System.getProperty("tiercel.root"));
    private static final String FORMATTER = "clang-format-19";

    @Test
    void compileForArm64(@TempDir Path folder) throws IOException, InterruptedException {
        Path object = folder.resolve("tiercel.bpf.o");
        ProcessBuilder build = new ProcessBuilder(ROOT.resolve("bpf/build").toString(), object.toString());
        build.environment().put("TARGET", "arm64");
        Process compiler = build.redirectErrorStream(true).start();
        String said = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, compiler.waitFor(), said);
        assertTrue(Files.size(object) > 0);
    }

    @Test
    void areFormatted() throws IOException, InterruptedException {
        boolean there = Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, FORMATTER)));
        assumeTrue(there, "skipped: " + FORMATTER + " is not installed");
        List<String> command = new ArrayList<>(List.of(FORMATTER, "--dry-run", "-Werror"));
        try (Stream<Path> sources = Files.list(ROOT.resolve("bpf"))) {
            sources.map(Path::toString)
                    .filter(name -> name.endsWith(".c") || name.endsWith(".h"))
                    .forEach(command::add);
        }
        Process formatter =
                new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(formatter.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, formatter.waitFor(), said);
    }
}
