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

/** A program that users have and this project does not bring: found on PATH, else the test skips and says so. */
record Tool(String name, Map<String, String> environment) {
    private static final long LIMIT_S = 300;

    record Result(int status, String text) {}

    static boolean isThere(String name) {
        return Arrays.stream(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
    }

    static Tool onPath(String name) {
        assumeTrue(isThere(name), () -> "skipped: there is no " + name + " on PATH");
        return new Tool(name, Map.of());
    }

    /** Runs it in the project's folder; standard output and error together. */
    Result run(String... words) throws IOException, InterruptedException {
        Path out = Files.createTempFile("tiercel-e2e", ".out");
        try {
            List<String> command = new ArrayList<>(List.of(name));
            command.addAll(List.of(words));
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

    /** The same; it has to succeed. */
    String out(String... words) throws IOException, InterruptedException {
        Result result = run(words);
        assertTrue(result.status == 0, () -> name + " " + String.join(" ", words) + ": " + result.text);
        return result.text;
    }
}
