package io.tiercel.sensor.cli;

import io.tiercel.sensor.app.LogStream;
import io.tiercel.sensor.app.PreconditionText;
import io.tiercel.sensor.app.StandardStreams;
import io.tiercel.sensor.bpf.PreconditionResult;
import io.tiercel.sensor.bpf.Preconditions;
import io.tiercel.sensor.event.EarlyCapture;
import io.tiercel.sensor.thread.SupervisedThreads;
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
 * The training run for the AOT cache of an image.
 *
 * <p>It runs a sensor that replays the demo recording. If this machine can capture events, it then runs a sensor on
 * live events, with a spool and metrics.
 *
 * <p>It omits the classes that deliver alerts to one kind of receiver. They would occupy memory in every sensor.
 *
 * <p>The argument is the folder that contains {@code rules}.
 */
final class AotTraining {
    private static final int LIVE_SECONDS = 4;
    private static final int PROGRAMS = 200;
    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);
    private static final Pattern METRICS = Pattern.compile("metrics on http://127\\.0\\.0\\.1:(\\d+)/");

    private final Path root;
    private final Path folder;
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();

    private AotTraining(Path root, Path folder) {
        this.root = root;
        this.folder = folder;
    }

    /**
     * Runs the training.
     *
     * @throws IOException if temporary files cannot be created
     * @throws IllegalStateException if a sensor fails; the message contains its log
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("tiercel-training");
        try {
            new AotTraining(Path.of(args[0]), folder).run();
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private void run() throws IOException, InterruptedException {
        sensor("--replay", root.resolve("rules/tests/recordings/demo.trec").toString());
        List<PreconditionResult> failures =
                Preconditions.check().stream().filter(check -> !check.passed()).toList();
        if (!failures.isEmpty()) {
            System.err.println("tiercel: no training on live events, so sensors will start more slowly: "
                    + PreconditionText.failure(failures.getFirst()));
            return;
        }
        Path bait = folder.resolve("bait");
        Path rules = Files.writeString(folder.resolve("rules.yaml"), """
                - required_plugin_versions:
                  - name: container
                    version: 0.1.0
                    alternatives:
                      - name: another
                        version: 0.1.0
                - rule: Unknown
                  desc: A rule for a plugin.
                  condition: one.field = value
                  output: one
                  priority: WARNING
                  skip-if-unknown-filter: true
                - rule: Bait
                  desc: The bait file was created.
                  condition: evt.type in (open, openat) and fd.name = %s
                  output: created %%fd.name by %%proc.cmdline
                  priority: WARNING
                """.formatted(bait));
        Thread activity = SupervisedThreads.runOnce("training", () -> generateActivity(bait));
        sensor(
                "--rules",
                rules.toString(),
                "--for",
                Integer.toString(LIVE_SECONDS),
                "--metrics",
                "0",
                "--spool",
                folder.resolve("spool").toString());
        activity.join();
    }

    private void sensor(String... options) {
        List<String> arguments = new ArrayList<>(List.of(
                "sensor",
                "--output",
                "json",
                "--rules",
                root.resolve("rules/detections").toString()));
        arguments.addAll(List.of(options));
        String[] command = arguments.toArray(String[]::new);
        EarlyCapture capture = Tiercel.captures(command) ? EarlyCapture.begin() : null;
        try (LogStream err = LogStream.start(new PrintStream(log, true, StandardCharsets.UTF_8))) {
            StandardStreams streams = new StandardStreams(
                    new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
                    err,
                    System.console() != null);
            if (Tiercel.commandLine(streams, command, capture).execute(command) != ExitCode.OK.number()) {
                err.close();
                throw new IllegalStateException(log.toString(StandardCharsets.UTF_8));
            }
        }
    }

    /** Starts programs, one of which creates the bait file, and requests the metrics. */
    private void generateActivity(Path bait) {
        try {
            int port = 0;
            long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
            while (port == 0) {
                if (System.nanoTime() - deadline > 0) {
                    throw new IllegalStateException("the sensor did not start within " + START_TIMEOUT.toSeconds()
                            + " s: " + log.toString(StandardCharsets.UTF_8));
                }
                Thread.sleep(20);
                Matcher metrics = METRICS.matcher(log.toString(StandardCharsets.UTF_8));
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
