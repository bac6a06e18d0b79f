package io.tiercel.bench.live;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** The program that runs the loads. It is compiled from C, because a Java program would add the cost of its JVM. */
final class LoadProgram {
    /** Process name of the program. */
    static final String NAME = "tiercel-load";

    private static final String SOURCE = "load.c";
    private static final long TIMEOUT_SECONDS = 600;
    private static final int READS = 1_000_000;

    private final Path program;
    private final LoadFiles files;

    private LoadProgram(Path program, LoadFiles files) {
        this.program = program;
        this.files = files;
    }

    /**
     * Compiles the program.
     *
     * @param folder receives the program and the files that loads open
     */
    static LoadProgram compile(Path folder) throws BenchException, IOException, InterruptedException {
        return new LoadProgram(compile(folder, SOURCE, NAME), LoadFiles.create(folder));
    }

    /**
     * Compiles a C program.
     *
     * @param folder receives the program
     * @param resource the source
     * @param name the name of the program's process
     */
    static Path compile(Path folder, String resource, String name)
            throws BenchException, IOException, InterruptedException {
        Path source = folder.resolve(resource);
        try (InputStream in = Objects.requireNonNull(LoadProgram.class.getResourceAsStream(resource))) {
            Files.copy(in, source);
        }
        Path program = folder.resolve(name);
        run(List.of("gcc", "-O2", "-o", program.toString(), source.toString()));
        return program;
    }

    /** Runs a load and returns its duration in seconds. */
    double run(Load load, double scale) throws BenchException, IOException, InterruptedException {
        String output = run(command(load.arguments(files, scale))).strip();
        try {
            return Double.parseDouble(output);
        } catch (NumberFormatException e) {
            throw new BenchException("unexpected output of the load program: " + output);
        }
    }

    /** Starts a process that reads the bait every millisecond. */
    Process startReads() throws IOException {
        return new ProcessBuilder(command(List.of("baits", Bait.FILE, Integer.toString(READS), "1")))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private List<String> command(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(arguments);
        return command;
    }

    /** Runs a command and returns its output. Fails if the command fails or exceeds the timeout. */
    private static String run(List<String> command) throws BenchException, IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new BenchException(String.join(" ", command) + " failed: " + output.strip());
            }
            return output;
        } finally {
            process.destroyForcibly();
        }
    }
}
