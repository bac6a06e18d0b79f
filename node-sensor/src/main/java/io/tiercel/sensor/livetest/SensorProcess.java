package io.tiercel.sensor.livetest;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.AlertJson;
import io.tiercel.rules.alert.InvalidAlertException;
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
 * A sensor in a process of its own, as a user starts it, and the alerts that it has printed so far, by the trial that
 * brought each about.
 *
 * <p>A trial marks its processes by a variable of their environment, which the rules' outputs are made to show: whatever
 * else goes on on this machine, and other trials at the same time, are told apart from it.
 */
final class SensorProcess implements AutoCloseable {
    /** The variable that holds a trial's mark. */
    static final String MARK = "TIERCEL_TRIAL";

    /** What every output has to end with, so that alerts can be told apart. */
    static final String MARKED_OUTPUT = "trial=%proc.env[" + MARK + "] above=%proc.aenv[" + MARK + "]";

    private static final Logger LOG = System.getLogger(SensorProcess.class.getName());
    private static final long START_MS = 60_000;
    private static final int MAX_ALERTS_OF_A_TRIAL = 10_000;

    private final Process process;
    private final Path errors;
    private final Thread reader;
    private final Map<String, List<Alert>> alerts = new HashMap<>();
    private boolean ended;

    private SensorProcess(Process process, Path errors) {
        this.process = process;
        this.errors = errors;
        this.reader = Thread.ofVirtual().start(this::read);
    }

    /**
     * Starts it and waits until it captures.
     *
     * @param command prints one JSON alert per line on standard output, and {@code ready} on standard error
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
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(START_MS);
            while (!Files.readString(errors).contains("ready")) {
                if (process.waitFor(50, TimeUnit.MILLISECONDS) || System.nanoTime() - end >= 0) {
                    String said = Files.readString(errors).strip();
                    sensor.close();
                    throw new LiveTestException("the sensor did not start:\n" + said);
                }
            }
            return sensor;
        } catch (IOException e) {
            throw new LiveTestException("the sensor cannot be started: " + e.getMessage());
        }
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                add(line);
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the sensor's output cannot be read: " + e.getMessage());
        } finally {
            end();
        }
    }

    private void add(String line) {
        try {
            add(AlertJson.read(line));
        } catch (InvalidAlertException e) {
            LOG.log(Level.WARNING, "this line of the sensor is no alert (" + e.getMessage() + "): " + line);
        }
    }

    private synchronized void add(Alert alert) {
        String mark = mark(alert);
        if (mark != null) {
            List<Alert> those = alerts.computeIfAbsent(mark, _ -> new ArrayList<>());
            if (those.size() < MAX_ALERTS_OF_A_TRIAL) {
                those.add(alert);
                notifyAll();
            }
        }
    }

    private synchronized void end() {
        ended = true;
        notifyAll();
    }

    private static @Nullable String mark(Alert alert) {
        for (String field : List.of("proc.env[" + MARK + "]", "proc.aenv[" + MARK + "]")) {
            if (alert.outputFields().get(field) instanceof String text && !text.isEmpty()) {
                return text;
            }
        }
        return null;
    }

    /** Waits until a trial has an alert that fits; false if there is none after so many milliseconds. */
    synchronized boolean await(String mark, Predicate<Alert> wanted, long millis) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (alerts(mark).stream().noneMatch(wanted)) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0 || ended) {
                return false;
            }
            wait(left);
        }
        return true;
    }

    /** The alerts of a trial so far. */
    synchronized List<Alert> alerts(String mark) {
        return List.copyOf(alerts.getOrDefault(mark, List.of()));
    }

    /** What it said besides alerts. */
    String said() {
        try {
            return Files.readString(errors);
        } catch (IOException e) {
            return "";
        }
    }

    /** Ends the process; returns when it has ended. */
    @Override
    public void close() {
        process.toHandle().destroy(); // unlike the process itself, this leaves open what it still prints
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
