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

/** Runs scripts with {@code rules/tests/live/sandbox}, in a throw-away overlay of this machine's file tree. */
final class Sandbox {
    /** Timeout of a script in seconds. After it, all its processes are killed. */
    static final int TIMEOUT_SECONDS = 20;

    /** What the marker of a harmless script ends with. */
    static final String HARMLESS = ".harmless";

    /** What the marker of the fence of a silent test ends with. */
    static final String FENCE = ".fence";

    /** Rule that the fence raises an alert of. */
    static final String FENCE_RULE = "Sensitive file read by untrusted program";

    private static final int MAX_OUTPUT_LINES = 20;

    private final Path program;

    Sandbox(Path program) {
        this.program = program;
    }

    /**
     * The result of a script.
     *
     * @param status exit status; 137 after the timeout
     * @param output last lines that the script printed
     */
    record ScriptResult(int status, List<String> output) {}

    /**
     * Returns a command that runs another one with the host names of a file only.
     *
     * @param hosts file in the format of {@code /etc/hosts}
     */
    List<String> withHosts(Path hosts, List<String> command) {
        List<String> arguments = new ArrayList<>(List.of(program.toString(), "with-hosts", hosts.toString()));
        arguments.addAll(command);
        return arguments;
    }

    /** Creates a container id: 64 hexadecimal digits. */
    static String newContainerId() {
        byte[] bytes = new byte[32];
        RandomGenerator.getDefault().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /**
     * Runs the script of a test to its end.
     *
     * @param marker value of {@link SensorProcess#MARKER} in the environment of its processes
     * @param containerId id of the container, if the script runs in one
     */
    ScriptResult run(LiveTest test, String marker, String containerId) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("tiercel-livetest");
        try {
            Files.writeString(folder.resolve("script"), script(test));
            Path output = folder.resolve("output");
            Process process = start(test, folder, output, marker, containerId);
            try {
                boolean ended = process.waitFor(TIMEOUT_SECONDS + 10, TimeUnit.SECONDS);
                return new ScriptResult(ended ? process.exitValue() : 137, lastLines(output));
            } finally {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        } finally {
            delete(folder);
        }
    }

    /**
     * Returns the script of a test. It first runs the harmless one under another marker, and ends if that fails. The script
     * of a silent test ends with a read of /etc/shadow, the fence: events are evaluated in order, so its alert is the last.
     */
    private static String script(LiveTest test) {
        String marker = SensorProcess.MARKER;
        if (test.silent()) {
            return "cat >silent <<'END_OF_SILENT'\n" + test.script().stripTrailing()
                    + "\nEND_OF_SILENT\nsh -e ./silent; status=$?\n"
                    + marker + "=$" + marker + FENCE + " cat /etc/shadow >/dev/null\nexit $status\n";
        }
        if (test.harmless().isEmpty()) {
            return test.script();
        }
        return "cat >harmless <<'END_OF_HARMLESS'\n" + test.harmless().stripTrailing() + "\nEND_OF_HARMLESS\n" + marker
                + "=$" + marker + HARMLESS + " sh -e ./harmless || exit\nrm harmless\n" + test.script();
    }

    private Process start(LiveTest test, Path folder, Path output, String marker, String containerId)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        program.toString(),
                        switch (test.environment()) {
                            case HOST -> "host";
                            case CONTAINER -> "container";
                        },
                        folder.toString())
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment()
                .putAll(Map.of(
                        SensorProcess.MARKER,
                        marker,
                        "LIVE_TEST_CONTAINER",
                        containerId,
                        "LIVE_TEST_CAPABILITIES",
                        String.join(" ", test.capabilities()),
                        "LIVE_TEST_TERMINAL",
                        test.terminal() ? "yes" : "",
                        "LIVE_TEST_SECONDS",
                        Integer.toString(TIMEOUT_SECONDS)));
        return builder.start();
    }

    private static List<String> lastLines(Path file) throws IOException {
        Deque<String> last = new ArrayDeque<>();
        try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
            lines.forEach(line -> {
                last.addLast(line);
                if (last.size() > MAX_OUTPUT_LINES) {
                    last.removeFirst();
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return List.copyOf(last);
    }

    /** Deletes a folder. The mounts in it ended with the namespace of the script, so only empty folders are left. */
    private static void delete(Path folder) throws IOException {
        try (Stream<Path> inside = Files.walk(folder)) {
            for (Path path : inside.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
