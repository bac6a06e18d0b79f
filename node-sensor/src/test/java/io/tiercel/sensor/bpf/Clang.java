package io.tiercel.sensor.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** {@code bpf/build} and its compiler. */
public final class Clang {
    private static final Path BUILD = Path.of(System.getProperty("tiercel.root"), "bpf/build");

    private Clang() {}

    /** The exit status and the output of a build. */
    record Result(int status, String output) {}

    /** Returns the name of the compiler that builds use, such as clang-19. */
    static String pinned() throws IOException {
        return Files.readString(BUILD.resolveSibling("compiler")).strip();
    }

    static boolean isOnPath(String tool) {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
    }

    /** Builds an object and returns the output. */
    public static String compile(Map<String, String> environment, Path... outputAndSource)
            throws IOException, InterruptedException {
        Result result = run(environment, outputAndSource);
        assertEquals(0, result.status(), result.output());
        return result.output();
    }

    static Result run(Map<String, String> environment, Path... outputAndSource)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(BUILD.toString()));
        Stream.of(outputAndSource).map(Path::toString).forEach(command::add);
        ProcessBuilder build = new ProcessBuilder(command).redirectErrorStream(true);
        build.environment().putAll(environment);
        Process process = build.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output);
    }
}
