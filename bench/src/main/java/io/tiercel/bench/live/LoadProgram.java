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

/** The program that does the loads, compiled here: one in Java would measure Java. */
final class LoadProgram {
    /** What processes of it are called. */
    static final String NAME = "tiercel-load";

    private static final String SOURCE = "load.c";
    private static final long LONGEST_SECONDS = 600;
    private static final int MANY = 1_000_000;

    private final Path program;
    private final Path file;

    private LoadProgram(Path program, Path file) {
        this.program = program;
        this.file = file;
    }

    /**
     * Compiles it.
     *
     * @param folder takes the program, and the file that loads open
     */
    static LoadProgram compile(Path folder) throws BenchException, IOException, InterruptedException {
        Path source = folder.resolve(SOURCE);
        try (InputStream in = Objects.requireNonNull(LoadProgram.class.getResourceAsStream(SOURCE))) {
            Files.copy(in, source);
        }
        LoadProgram made =
                new LoadProgram(folder.resolve(NAME), Files.writeString(folder.resolve("file"), "nothing of interest"));
        output(List.of("gcc", "-O2", "-o", made.program.toString(), source.toString()));
        return made;
    }

    /** Does a load; returns how many seconds it took. */
    double run(Load load, double scale) throws BenchException, IOException, InterruptedException {
        String said = output(words(load.words(file, scale))).strip();
        try {
            return Double.parseDouble(said);
        } catch (NumberFormatException e) {
            throw new BenchException("the load's program said: " + said);
        }
    }

    /** Reads the bait every millisecond, until it is ended. */
    Process reading() throws IOException {
        return new ProcessBuilder(words(List.of("reads", Bait.FILE, Integer.toString(MANY), "1")))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private List<String> words(List<String> more) {
        List<String> words = new ArrayList<>(List.of(program.toString()));
        words.addAll(more);
        return words;
    }

    /** What a command prints, for it ends well and in time. */
    private static String output(List<String> command) throws BenchException, IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new BenchException(String.join(" ", command) + " failed: " + said.strip());
            }
            return said;
        } finally {
            process.destroyForcibly();
        }
    }
}
