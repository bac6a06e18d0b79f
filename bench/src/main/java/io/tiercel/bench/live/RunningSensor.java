package io.tiercel.bench.live;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A sensor that has been started and has shown that it sees events. */
final class RunningSensor implements AutoCloseable {
    private static final long FIRST_ALERT_NANOS = 60_000_000_000L;
    private static final long QUIET_NANOS = 60_000_000_000L;
    private static final long QUIET_MILLIS = 400;

    /** What a sensor with nothing to do may use in that time, in seconds. */
    private static final double QUIET_CPU_SECONDS = 0.03;

    /** The sensor takes its figures once a second. */
    private static final long FIGURES_MILLIS = 1_300;

    private static final long END_SECONDS = 15;
    private static final int LAST_WORDS = 2_000;
    private static final Pattern METRICS = Pattern.compile("metrics on (http://\\S+)");

    private final Subject subject;
    private final Process process;
    private final Path alerts;
    private final Path errors;
    private double startSeconds;

    private RunningSensor(Subject subject, Process process, Path alerts, Path errors) {
        this.subject = subject;
        this.process = process;
        this.alerts = alerts;
        this.errors = errors;
    }

    /**
     * Starts it, and returns when its first alert has come and it has gone quiet again.
     *
     * @param folder takes what it prints
     */
    static RunningSensor start(Subject subject, LoadProgram program, Path folder)
            throws BenchException, IOException, InterruptedException {
        Path out = folder.resolve(subject.name() + ".out");
        Path errors = folder.resolve(subject.name() + ".err");
        Path alerts = subject instanceof Subject.Own ? folder.resolve(subject.name() + ".alerts") : out;
        Files.deleteIfExists(alerts);
        long start = System.nanoTime();
        Process process = new ProcessBuilder(subject.command(alerts))
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(out.toFile())
                .redirectError(errors.toFile())
                .start();
        RunningSensor sensor = new RunningSensor(subject, process, alerts, errors);
        try {
            sensor.awaitFirstAlert(program, start);
            sensor.awaitQuiet();
            return sensor;
        } catch (BenchException | IOException | InterruptedException | RuntimeException e) {
            sensor.close();
            throw e;
        }
    }

    private void awaitFirstAlert(LoadProgram program, long startNanos)
            throws BenchException, IOException, InterruptedException {
        Process reading = program.reading();
        try {
            while (alerts() == 0) {
                if (!process.isAlive()) {
                    throw new BenchException(subject.name() + " has ended: " + lastWords());
                }
                if (System.nanoTime() - startNanos > FIRST_ALERT_NANOS) {
                    throw new BenchException(subject.name() + " gives no alert about " + LoadProgram.NAME + " reading "
                            + Bait.FILE + ", which all loads are measured by: has it a rule for that? " + lastWords());
                }
                TimeUnit.MILLISECONDS.sleep(1);
            }
            startSeconds = (System.nanoTime() - startNanos) / 1e9;
        } finally {
            reading.destroyForcibly().waitFor();
        }
    }

    /** Waits until it has worked off what came. */
    void awaitQuiet() throws InterruptedException {
        long end = System.nanoTime() + QUIET_NANOS;
        double used;
        do {
            double before = use().cpuSeconds();
            TimeUnit.MILLISECONDS.sleep(QUIET_MILLIS);
            used = use().cpuSeconds() - before;
        } while (used > QUIET_CPU_SECONDS && System.nanoTime() - end < 0);
    }

    /** Seconds from the start of the process until the first alert was there. */
    double startSeconds() {
        return startSeconds;
    }

    /** What it uses now. */
    ProcessUse use() {
        return ProcessUse.of(process.toHandle());
    }

    /** Alerts about the bait so far. */
    long alerts() throws IOException {
        if (!Files.exists(alerts)) {
            return 0;
        }
        try (Stream<String> lines = Files.lines(alerts, StandardCharsets.ISO_8859_1)) {
            return lines.filter(subject::tellsOfBait).count();
        }
    }

    /** What it serves as metrics; null if it is no sensor of ours. */
    @Nullable
    MetricsPage metrics() throws BenchException, IOException {
        if (!(subject instanceof Subject.Own)) {
            return null;
        }
        Matcher address = METRICS.matcher(Files.readString(errors));
        if (!address.find()) {
            throw new BenchException("the sensor serves no metrics: " + lastWords());
        }
        return MetricsPage.read(URI.create(address.group(1)));
    }

    /** The same, once all that it has done until now is counted there. */
    @Nullable
    MetricsPage lastMetrics() throws BenchException, IOException, InterruptedException {
        if (subject instanceof Subject.Own) {
            TimeUnit.MILLISECONDS.sleep(FIGURES_MILLIS);
        }
        return metrics();
    }

    private String lastWords() throws IOException {
        String said = Files.readString(errors, StandardCharsets.ISO_8859_1).strip();
        return said.substring(Math.max(0, said.length() - LAST_WORDS));
    }

    /** Ends it and what it has started. */
    @Override
    public void close() {
        List<ProcessHandle> below = process.descendants().toList();
        below.forEach(ProcessHandle::destroy);
        process.destroy();
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        below.forEach(ProcessHandle::destroyForcibly);
    }
}
