package io.tiercel.sensor.livetest;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** Performs scripts on the ground of {@code rules/tests/live/ground}: in a throw-away copy of this machine's file tree. */
final class Sandbox {
    /** Seconds that a script may take before all of its processes are ended. */
    static final int MAX_SECONDS = 20;

    private static final int MAX_LINES = 20;

    private final Path program;

    Sandbox(Path program) {
        this.program = program;
    }

    /**
     * What a script came to.
     *
     * @param status exit status of the script; 137 if it took too long
     * @param said the last lines that it printed
     */
    record Performance(int status, List<String> said) {}

    /**
     * A command that runs another one, for which names stand for the addresses of a file like {@code /etc/hosts}.
     *
     * @param hosts the file
     */
    List<String> withNames(Path hosts, List<String> command) {
        List<String> words = new ArrayList<>(List.of(program.toString(), "names", hosts.toString()));
        words.addAll(command);
        return words;
    }

    /** An id for a trial's container: 64 hexadecimal digits. */
    static String newContainerId() {
        byte[] bytes = new byte[32];
        RandomGenerator.getDefault().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /**
     * Performs a trial's script to its end.
     *
     * @param mark the trial's mark in the environment of its processes
     * @param containerId of the container, if it runs in one
     */
    Performance perform(LiveTest trial, String mark, String containerId) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("tiercel-trial");
        try {
            Files.writeString(folder.resolve("script"), trial.script());
            Path said = folder.resolve("said");
            Process process = process(trial, folder, said, mark, containerId);
            try {
                boolean inTime = process.waitFor(MAX_SECONDS + 10, TimeUnit.SECONDS);
                return new Performance(inTime ? process.exitValue() : 137, lastLines(said));
            } finally {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        } finally {
            remove(folder);
        }
    }

    private Process process(LiveTest trial, Path folder, Path said, String mark, String containerId)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        program.toString(),
                        switch (trial.where()) {
                            case HOST -> "host";
                            case CONTAINER -> "container";
                        },
                        folder.toString())
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(said.toFile());
        builder.environment()
                .putAll(Map.of(
                        SensorProcess.MARK,
                        mark,
                        "TRIAL_CONTAINER",
                        containerId,
                        "TRIAL_CAPABILITIES",
                        String.join(" ", trial.capabilities()),
                        "TRIAL_TERMINAL",
                        trial.terminal() ? "yes" : "",
                        "TRIAL_SECONDS",
                        Integer.toString(MAX_SECONDS)));
        return builder.start();
    }

    private static List<String> lastLines(Path file) throws IOException {
        Deque<String> last = new ArrayDeque<>();
        try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
            lines.forEach(line -> {
                last.addLast(line);
                if (last.size() > MAX_LINES) {
                    last.removeFirst();
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return List.copyOf(last);
    }

    /** The mounts have gone with the trial's namespace: what is left is empty folders. */
    private static void remove(Path folder) throws IOException {
        try (Stream<Path> inside = Files.walk(folder)) {
            for (Path path : inside.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
