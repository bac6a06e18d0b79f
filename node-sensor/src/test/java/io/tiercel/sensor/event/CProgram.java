package io.tiercel.sensor.event;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Programs of {@code src/test/c}, for behaviour that no command has. */
public final class CProgram {
    private static final List<String> COMPILERS = List.of("gcc", "clang", "cc", "clang-19");

    private CProgram() {}

    /** Compiles {@code NAME.c} into a directory, or skips the test where there is no compiler with a C library. */
    public static Path compile(String name, Path directory) throws IOException, InterruptedException {
        Path source = Path.of(System.getProperty("tiercel.root"), "node-sensor/src/test/c/" + name + ".c");
        Optional<String> compiler = COMPILERS.stream().filter(CProgram::onPath).findFirst();
        assumeTrue(compiler.isPresent(), "no C compiler: install Debian's packages gcc and libc6-dev");
        Path program = directory.resolve(name);
        Process process = new ProcessBuilder(
                        compiler.orElseThrow(), "-O1", "-Wall", "-o", program.toString(), source.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0) {
            throw new IllegalStateException(source + " does not compile: " + said);
        }
        return program;
    }

    private static boolean onPath(String command) {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, command)));
    }
}
