package io.tiercel.sensor.livetest;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.AlertJson;
import io.tiercel.rules.alert.InvalidAlertException;
import io.tiercel.sensor.thread.SupervisedThreads;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A sensor that runs in a child process, as a user starts it, and the alerts that it has printed, grouped by test.
 *
 * <p>A test marks its processes with an environment variable, and the output of every rule shows that variable. The
 * marker separates a test from other tests and from everything else on this machine.
 */
final class SensorProcess implements AutoCloseable {
    /** Environment variable with the marker of a test. */
    static final String MARKER = "TIERCEL_LIVE_TEST";

    /** Text that every output must end with. */
    static final String MARKED_OUTPUT = "test=%proc.env[" + MARKER + "] ancestor=%proc.aenv[" + MARKER + "]";

    private static final Logger LOG = System.getLogger(SensorProcess.class.getName());
    private static final long START_TIMEOUT_MS = 60_000;
    private static final int MAX_ALERTS_PER_TEST = 10_000;

    private final Process process;
    private final Path errors;
    private final Thread reader;
    private final Map<String, List<Alert>> alerts = new HashMap<>();
    private boolean ended;

    private SensorProcess(Process process, Path errors) {
        this.process = process;
        this.errors = errors;
        this.reader = SupervisedThreads.runOnce("live-test-output", this::read);
    }

    /**
     * Starts a sensor and waits until it captures events.
     *
     * @param command command that prints one JSON alert on each line of standard output, and {@code ready} on standard
     *     error
     * @param errors file for its standard error
     */
    static SensorProcess start(List<String> command, Path errors) throws LiveTestException, InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(errors.toFile())
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .start();
            SensorProcess sensor = new SensorProcess(process, errors);
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(START_TIMEOUT_MS);
            while (!Files.readString(errors).contains("ready")) {
                if (process.waitFor(50, TimeUnit.MILLISECONDS) || System.nanoTime() - end >= 0) {
                    String log = Files.readString(errors).strip();
                    sensor.close();
                    throw new LiveTestException("the sensor did not start:\n" + log);
                }
            }
            return sensor;
        } catch (IOException e) {
            throw new LiveTestException("cannot start the sensor: " + e.getMessage());
        }
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                add(line);
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "cannot read the output of the sensor: " + e.getMessage());
        } finally {
            markEnded();
        }
    }

    private void add(String line) {
        try {
            add(AlertJson.read(line));
        } catch (InvalidAlertException e) {
            LOG.log(Level.WARNING, "the sensor printed a line that is not an alert (" + e.getMessage() + "): " + line);
        }
    }

    private synchronized void add(Alert alert) {
        String marker = marker(alert);
        if (marker != null) {
            List<Alert> testAlerts = alerts.computeIfAbsent(marker, _ -> new ArrayList<>());
            if (testAlerts.size() < MAX_ALERTS_PER_TEST) {
                testAlerts.add(alert);
                notifyAll();
            }
        }
    }

    private synchronized void markEnded() {
        ended = true;
        notifyAll();
    }

    private static @Nullable String marker(Alert alert) {
        for (String field : List.of("proc.env[" + MARKER + "]", "proc.aenv[" + MARKER + "]")) {
            if (alert.outputFields().get(field) instanceof String text && !text.isEmpty()) {
                return text;
            }
        }
        return null;
    }

    /** Waits until a test has a matching alert. Returns false after the timeout, or if the sensor ended. */
    synchronized boolean await(String marker, Predicate<Alert> expected, long timeoutMillis)
            throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        while (alerts(marker).stream().noneMatch(expected)) {
            long remainingMillis = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (remainingMillis <= 0 || ended) {
                return false;
            }
            wait(remainingMillis);
        }
        return true;
    }

    /** Returns the alerts of a test so far. */
    synchronized List<Alert> alerts(String marker) {
        return List.copyOf(alerts.getOrDefault(marker, List.of()));
    }

    /** Returns the log of the sensor. */
    String log() {
        try {
            return Files.readString(errors);
        } catch (IOException e) {
            return "";
        }
    }

    /** Terminates the process and waits for its end. */
    @Override
    public void close() {
        process.toHandle().destroy(); // Process.destroy would close the streams before they are read.
        try {
            if (!process.waitFor(6, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            reader.join(1_000);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
