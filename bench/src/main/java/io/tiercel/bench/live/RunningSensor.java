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

/** A running sensor that has raised its first alert, if it raises any. */
final class RunningSensor implements AutoCloseable {
    private static final long FIRST_ALERT_NANOS = 60_000_000_000L;
    private static final long IDLE_TIMEOUT_NANOS = 60_000_000_000L;
    private static final long IDLE_CHECK_MILLIS = 400;

    /** Maximum CPU time of an idle sensor during one check, in seconds. */
    private static final double IDLE_CPU_SECONDS = 0.03;

    /** The sensor takes a metrics snapshot once a second. */
    private static final long SNAPSHOT_MILLIS = 1_300;

    private static final long STOP_TIMEOUT_SECONDS = 15;
    private static final int MAX_LOG_CHARACTERS = 2_000;
    private static final Pattern METRICS = Pattern.compile("metrics on (http://\\S+)");

    private final MeasuredSensor subject;
    private final Process process;
    private final Path alerts;
    private final Path errors;
    private double startSeconds;

    private RunningSensor(MeasuredSensor subject, Process process, Path alerts, Path errors) {
        this.subject = subject;
        this.process = process;
        this.alerts = alerts;
        this.errors = errors;
    }

    /**
     * Starts a sensor, and waits until it has raised its first alert, or is attached if it raises none, and is idle again.
     *
     * @param folder receives the output of the sensor
     */
    static RunningSensor start(MeasuredSensor subject, LoadProgram program, Path folder)
            throws BenchException, IOException, InterruptedException {
        Path out = folder.resolve(subject.name() + ".out");
        Path errors = folder.resolve(subject.name() + ".err");
        Path alerts =
                subject instanceof MeasuredSensor.TiercelSensor ? folder.resolve(subject.name() + ".alerts") : out;
        Files.deleteIfExists(alerts);
        long start = System.nanoTime();
        Process process = new ProcessBuilder(subject.command(alerts))
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(out.toFile())
                .redirectError(errors.toFile())
                .start();
        RunningSensor sensor = new RunningSensor(subject, process, alerts, errors);
        try {
            if (subject.raisesAlerts()) {
                sensor.awaitFirstAlert(program, start);
            } else {
                sensor.awaitAttached(start);
            }
            sensor.awaitIdle();
            return sensor;
        } catch (BenchException | IOException | InterruptedException | RuntimeException e) {
            sensor.close();
            throw e;
        }
    }

    private void awaitFirstAlert(LoadProgram program, long startNanos)
            throws BenchException, IOException, InterruptedException {
        Process reading = program.startReads();
        try {
            while (alerts() == 0) {
                checkAlive();
                if (System.nanoTime() - startNanos > FIRST_ALERT_NANOS) {
                    throw new BenchException(subject.name() + " raised no alert when " + LoadProgram.NAME + " read "
                            + Bait.FILE + "; all sensors need a rule for this file. " + logTail());
                }
                TimeUnit.MILLISECONDS.sleep(1);
            }
            startSeconds = (System.nanoTime() - startNanos) / 1e9;
        } finally {
            reading.destroyForcibly().waitFor();
        }
    }

    private void awaitAttached(long startNanos) throws BenchException, IOException, InterruptedException {
        while (!Files.readString(alerts, StandardCharsets.ISO_8859_1).contains(MeasuredSensor.EmptyPrograms.ATTACHED)) {
            checkAlive();
            if (System.nanoTime() - startNanos > FIRST_ALERT_NANOS) {
                throw new BenchException(subject.name() + " were not attached: " + logTail());
            }
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    private void checkAlive() throws BenchException, IOException {
        if (!process.isAlive()) {
            throw new BenchException(subject.name() + " has exited: " + logTail());
        }
    }

    /** Waits until the sensor has processed all events. */
    void awaitIdle() throws InterruptedException {
        long end = System.nanoTime() + IDLE_TIMEOUT_NANOS;
        double used;
        do {
            double before = usage().cpuSeconds();
            TimeUnit.MILLISECONDS.sleep(IDLE_CHECK_MILLIS);
            used = usage().cpuSeconds() - before;
        } while (used > IDLE_CPU_SECONDS && System.nanoTime() - end < 0);
    }

    /** Returns the time from process start to the first alert in seconds; 0 if it raises none. */
    double startSeconds() {
        return startSeconds;
    }

    /** Returns the current resource usage. */
    ResourceUsage usage() {
        // Tiercel's sensor has no child processes. To look for some would open a file of each process on the machine.
        return subject instanceof MeasuredSensor.TiercelSensor
                ? ResourceUsage.measureAlone(process.toHandle())
                : ResourceUsage.measure(process.toHandle());
    }

    /** Returns the number of alerts about the bait so far. */
    long alerts() throws IOException {
        if (!Files.exists(alerts)) {
            return 0;
        }
        try (Stream<String> lines = Files.lines(alerts, StandardCharsets.ISO_8859_1)) {
            return lines.filter(subject::isBaitAlert).count();
        }
    }

    /** Returns the current metrics, or null for a sensor other than Tiercel's. */
    @Nullable
    MetricsPage metrics() throws BenchException, IOException {
        if (!(subject instanceof MeasuredSensor.TiercelSensor)) {
            return null;
        }
        Matcher address = METRICS.matcher(Files.readString(errors));
        if (!address.find()) {
            throw new BenchException("the sensor does not serve metrics: " + logTail());
        }
        return MetricsPage.read(URI.create(address.group(1)));
    }

    /** Waits for the next metrics snapshot and returns it. It includes everything that happened before the call. */
    @Nullable
    MetricsPage lastMetrics() throws BenchException, IOException, InterruptedException {
        if (subject instanceof MeasuredSensor.TiercelSensor) {
            TimeUnit.MILLISECONDS.sleep(SNAPSHOT_MILLIS);
        }
        return metrics();
    }

    private String logTail() throws IOException {
        String log = Files.readString(errors, StandardCharsets.ISO_8859_1).strip();
        return log.substring(Math.max(0, log.length() - MAX_LOG_CHARACTERS));
    }

    /** Ends the sensor and its child processes. */
    @Override
    public void close() {
        List<ProcessHandle> descendants = process.descendants().toList();
        descendants.forEach(ProcessHandle::destroy);
        process.destroy();
        try {
            if (!process.waitFor(STOP_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        descendants.forEach(ProcessHandle::destroyForcibly);
    }
}
