package io.tiercel.sensor.event;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Compiles the programs in {@code src/test/c}, for system calls that no shell command makes. */
public final class CProgram {
    private static final List<String> COMPILERS = List.of("gcc", "clang", "cc", "clang-19");

    private CProgram() {}

    /** Compiles {@code NAME.c} into a directory. Skips the test if no C compiler is installed. */
    public static Path compile(String name, Path directory) throws IOException, InterruptedException {
        Path source = Path.of(System.getProperty("tiercel.root"), "node-sensor/src/test/c/" + name + ".c");
        Optional<String> compiler = COMPILERS.stream().filter(CProgram::onPath).findFirst();
        assumeTrue(compiler.isPresent(), "no C compiler found; install the Debian packages gcc and libc6-dev");
        Path program = directory.resolve(name);
        Process process = new ProcessBuilder(
                        compiler.orElseThrow(), "-O1", "-Wall", "-o", program.toString(), source.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0) {
            throw new IllegalStateException(source + " does not compile: " + output);
        }
        return program;
    }

    private static boolean onPath(String command) {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, command)));
    }
}
