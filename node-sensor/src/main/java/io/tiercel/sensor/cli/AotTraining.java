package io.tiercel.sensor.cli;

import io.tiercel.sensor.app.PreconditionText;
import io.tiercel.sensor.app.StandardStreams;
import io.tiercel.sensor.bpf.PreconditionResult;
import io.tiercel.sensor.bpf.Preconditions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The run that an image's AOT cache is made from: a sensor on the recording of the demo, then, where this machine can
 * capture, one on live events, with a spool and metrics. What of the JDK or of libraries serves to deliver alerts to some kind
 * of receiver is left out: it would lie in the memory of every sensor.
 *
 * <p>The argument is the folder that holds {@code rules}.
 */
final class AotTraining {
    private static final int LIVE_SECONDS = 4;
    private static final int PROGRAMS = 200;
    private static final Duration START = Duration.ofSeconds(30);
    private static final Pattern METRICS = Pattern.compile("metrics on http://127\\.0\\.0\\.1:(\\d+)/");

    private final Path home;
    private final Path folder;
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    private AotTraining(Path home, Path folder) {
        this.home = home;
        this.folder = folder;
    }

    /**
     * Runs.
     *
     * @throws IOException if there is no place for temporary files
     * @throws IllegalStateException if a sensor did not do what it should; with what it said
     */
    public static void main(String[] words) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("tiercel-training");
        try {
            new AotTraining(Path.of(words[0]), folder).run();
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private void run() throws IOException, InterruptedException {
        sensor("--replay", home.resolve("rules/tests/recordings/demo.trec").toString());
        List<PreconditionResult> missing =
                Preconditions.check().stream().filter(check -> !check.passed()).toList();
        if (!missing.isEmpty()) {
            System.err.println("tiercel: not trained on live events, so that a sensor will start more slowly: "
                    + PreconditionText.failure(missing.getFirst()));
            return;
        }
        Path bait = folder.resolve("bait");
        Path rules = Files.writeString(folder.resolve("rules.yaml"), """
                - rule: Bait
                  desc: A file of this run was made.
                  condition: evt.type in (open, openat) and fd.name = %s
                  output: made %%fd.name by %%proc.cmdline
                  priority: WARNING
                """.formatted(bait));
        Thread life = Thread.ofPlatform().daemon().start(() -> live(bait));
        sensor(
                "--rules",
                rules.toString(),
                "--for",
                Integer.toString(LIVE_SECONDS),
                "--metrics",
                "0",
                "--spool",
                folder.resolve("spool").toString());
        life.join();
    }

    private void sensor(String... more) {
        List<String> words = new ArrayList<>(List.of(
                "sensor",
                "--output",
                "json",
                "--rules",
                home.resolve("rules/detections").toString()));
        words.addAll(List.of(more));
        StandardStreams streams = new StandardStreams(
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
                new PrintStream(said, true, StandardCharsets.UTF_8),
                false);
        if (Tiercel.commandLine(streams).execute(words.toArray(String[]::new)) != ExitCode.OK.number()) {
            throw new IllegalStateException(said.toString(StandardCharsets.UTF_8));
        }
    }

    /** Programs that start, and one that makes the bait; then somebody asks for metrics. */
    private void live(Path bait) {
        try {
            int port = 0;
            long deadline = System.nanoTime() + START.toNanos();
            while (port == 0) {
                if (System.nanoTime() - deadline > 0) {
                    throw new IllegalStateException("the sensor did not start within " + START.toSeconds() + " s: "
                            + said.toString(StandardCharsets.UTF_8));
                }
                Thread.sleep(20);
                Matcher metrics = METRICS.matcher(said.toString(StandardCharsets.UTF_8));
                port = metrics.find() ? Integer.parseInt(metrics.group(1)) : 0;
            }
            for (int i = 0; i < PROGRAMS; i++) {
                new ProcessBuilder("/bin/sh", "-c", "echo $PPID; exec /bin/true >" + bait)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor();
            }
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.getOutputStream().write("GET /metrics HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                socket.getInputStream().readAllBytes();
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
