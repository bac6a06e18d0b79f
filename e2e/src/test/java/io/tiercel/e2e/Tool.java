package io.tiercel.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program on PATH that this project does not provide. A test that misses it is skipped. */
record Tool(String name, Map<String, String> environment) {
    private static final long LIMIT_S = 600;

    record Result(int status, String text) {}

    static boolean isInstalled(String name) {
        return Arrays.stream(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
    }

    static Tool onPath(String name) {
        assumeTrue(isInstalled(name), () -> name + " is not on PATH");
        return new Tool(name, Map.of());
    }

    /** Runs the program in the project's folder and returns its standard output and error, interleaved. */
    Result run(String... arguments) throws IOException, InterruptedException {
        Path out = Files.createTempFile("tiercel-e2e", ".out");
        try {
            List<String> command = new ArrayList<>(List.of(name));
            command.addAll(List.of(arguments));
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(Tiercel.ROOT.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(out.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            process.getOutputStream().close();
            if (!process.waitFor(LIMIT_S, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(command + " did not end in " + LIMIT_S + " s: " + Files.readString(out));
            }
            return new Result(process.exitValue(), Files.readString(out));
        } finally {
            Files.delete(out);
        }
    }

    /** Runs the program, which must succeed, and returns its output. */
    String out(String... arguments) throws IOException, InterruptedException {
        Result result = run(arguments);
        assertTrue(result.status == 0, () -> name + " " + String.join(" ", arguments) + ": " + result.text);
        return result.text;
    }
}
