package io.tiercel.functions.aws;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A program on the PATH.
 *
 * @param program path of the program
 */
record Tool(Path program) {
    private static final int TIMEOUT_SECONDS = 600;

    /**
     * How much a program that is written in Go may allocate before it collects garbage, in percent of what it uses. With the default of
     * 100, OpenTofu spends a third of its time on garbage collection, because it reads the provider's large schema for each step.
     */
    private static final String GARBAGE_COLLECTION_PERCENT = "400";

    /** The result of a run: exit status, and combined standard output and error. */
    record Result(int status, String output) {
        /** Returns the output of a run that must succeed. */
        String succeeded() {
            if (status != 0) {
                throw new AssertionError("exit status " + status + "\n" + output);
            }
            return output;
        }
    }

    /** Returns the first installed program of these names, or skips the test. */
    static Tool oneOf(String... names) {
        Optional<Path> found = Arrays.stream(names)
                .flatMap(name -> Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
                        .map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
        Skip.unless(found.isPresent(), "needs on the PATH: " + String.join(" or ", names));
        return new Tool(found.orElseThrow());
    }

    /** Runs the program and waits until it exits. */
    Result run(Path folder, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile(program.getFileName().toString(), ".out");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("GOGC", GARBAGE_COLLECTION_PERCENT);
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new AssertionError(command + " took longer than " + TIMEOUT_SECONDS + " s");
            }
            return new Result(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
        } finally {
            Files.delete(output);
        }
    }
}
