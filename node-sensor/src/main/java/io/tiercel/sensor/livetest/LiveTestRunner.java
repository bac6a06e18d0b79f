package io.tiercel.sensor.livetest;

import io.tiercel.rules.alert.Alert;
import io.tiercel.sensor.container.cri.StubCriServer;
import io.tiercel.sensor.thread.SupervisedThreads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Runs live tests against one sensor, a few in parallel. */
public final class LiveTestRunner {
    /** Number of tests that run in parallel. */
    private static final int PARALLEL_TESTS = 3;

    /** Timeout of an alert after its script. On an idle machine, it takes 0.2 s. */
    private static final long ALERT_TIMEOUT_MS = 8_000;

    /** Timeout of the alert that follows the script of a silent test. All its events come before that of the fence. */
    private static final long FENCE_TIMEOUT_MS = 30_000;

    /** Time that events of a container wait for its runtime. On an idle machine, it takes 0.01 s. */
    private static final String CONTAINER_WAIT_MS = "5000";

    /** Timeout of the first request to the container runtime, which the sensor sends at its start. */
    private static final long FIRST_REQUEST_TIMEOUT_MS = 30_000;

    private static final Pattern UNSAFE_IN_LINE = Pattern.compile("\\p{Cntrl}+");

    private final Sandbox sandbox;
    private final List<String> sensorCommand;

    /**
     * Creates a runner.
     *
     * @param sandbox program that runs scripts
     * @param sensorCommand command that starts a sensor and accepts further options. The sensor prints alerts as JSON,
     *     for all rules that match, with {@link #markedOutput()} appended to each output.
     */
    public LiveTestRunner(Path sandbox, List<String> sensorCommand) {
        this.sandbox = new Sandbox(sandbox);
        this.sensorCommand = List.copyOf(sensorCommand);
    }

    /** Returns the text to append to the output of every rule. */
    public static String markedOutput() {
        return SensorProcess.MARKED_OUTPUT;
    }

    /**
     * Runs all tests.
     *
     * @param listener receives each result as soon as it is known, in the order of the tests
     * @throws LiveTestException if the sensor does not start
     */
    public List<LiveTestResult> run(List<LiveTest> tests, Consumer<LiveTestResult> listener) throws LiveTestException {
        Path errors = temporary(".err");
        Path hosts = temporary(".hosts");
        Path socket = temporary(".sock");
        delete(socket);
        try (StubCriServer runtime = new StubCriServer(socket);
                SensorProcess sensor = SensorProcess.start(command(tests, hosts, socket), errors);
                ExecutorService executor =
                        Executors.newFixedThreadPool(PARALLEL_TESTS, SupervisedThreads.factory("live-test-"))) {
            if (!runtime.awaitRequest(FIRST_REQUEST_TIMEOUT_MS)) {
                throw new LiveTestException("the sensor sends no requests to the container runtime:\n" + sensor.log());
            }
            List<Future<LiveTestResult>> pending = new ArrayList<>();
            for (int i = 0; i < tests.size(); i++) {
                LiveTest test = tests.get(i);
                String marker = "t" + i + "." + ProcessHandle.current().pid();
                pending.add(executor.submit(() -> run(test, marker, sensor, runtime)));
            }
            List<LiveTestResult> results = new ArrayList<>();
            for (Future<LiveTestResult> result : pending) {
                results.add(result.get());
                listener.accept(results.getLast());
            }
            return results;
        } catch (IOException e) {
            throw new LiveTestException("cannot start the stub of the container runtime: " + e.getMessage());
        } catch (ExecutionException e) {
            throw new LiveTestException("cannot run a test: " + e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LiveTestException("the tests were interrupted");
        } finally {
            delete(errors);
            delete(hosts);
            delete(socket);
        }
    }

    private List<String> command(List<LiveTest> tests, Path file, Path socket) throws LiveTestException {
        List<String> command = new ArrayList<>(sensorCommand);
        command.addAll(List.of("--cri", socket.toString(), "--container-wait", CONTAINER_WAIT_MS));
        TreeMap<String, String> hosts = new TreeMap<>();
        tests.forEach(test -> hosts.putAll(test.hosts()));
        if (hosts.isEmpty()) {
            return command;
        }
        StringBuilder lines = new StringBuilder("127.0.0.1 localhost\n");
        hosts.forEach((name, address) ->
                lines.append(address).append(' ').append(name).append('\n'));
        try {
            Files.writeString(file, lines);
        } catch (IOException e) {
            throw new LiveTestException("cannot write " + file + ": " + e.getMessage());
        }
        return sandbox.withHosts(file, command);
    }

    private LiveTestResult run(LiveTest test, String marker, SensorProcess sensor, StubCriServer runtime)
            throws IOException, InterruptedException {
        String missing = missingRequirement(test);
        if (missing != null) {
            return new LiveTestResult.Skipped(test, missing);
        }
        String containerId = Sandbox.newContainerId();
        runtime.add(containerId, test.container());
        List<Map<String, String>> expected = expectedAlerts(test, containerId);
        long start = System.nanoTime();
        Sandbox.ScriptResult script = sandbox.run(test, marker, containerId);
        if (test.silent()) {
            return silentResult(test, marker, sensor, script, start);
        }
        for (Map<String, String> fields : expected) {
            if (!sensor.await(
                    marker,
                    alert -> alert.rule().equals(test.rule()) && mismatch(alert, fields) == null,
                    ALERT_TIMEOUT_MS)) {
                return new LiveTestResult.Failed(test, reason(test, fields, sensor.alerts(marker), script));
            }
        }
        // Events are evaluated in order, so the alerts of the harmless script are here before those of the script.
        for (Alert alert : sensor.alerts(marker + Sandbox.HARMLESS)) {
            if (alert.rule().equals(test.rule())) {
                return new LiveTestResult.Failed(
                        test, "the harmless script raised the alert: " + line(alert.message()));
            }
        }
        return new LiveTestResult.Passed(test, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
    }

    private static LiveTestResult silentResult(
            LiveTest test, String marker, SensorProcess sensor, Sandbox.ScriptResult script, long start)
            throws InterruptedException {
        if (!sensor.await(marker + Sandbox.FENCE, alert -> alert.rule().equals(Sandbox.FENCE_RULE), FENCE_TIMEOUT_MS)) {
            return new LiveTestResult.Failed(test, "no alert of the read of /etc/shadow that follows the script");
        }
        List<Alert> alerts = sensor.alerts(marker);
        if (!alerts.isEmpty() || script.status() != 0) {
            return new LiveTestResult.Failed(test, reason(test, Map.of(), alerts, script));
        }
        return new LiveTestResult.Passed(test, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
    }

    private static @Nullable String missingRequirement(LiveTest test) {
        for (String program : test.requires()) {
            if (!isInstalled(program)) {
                return program + " is not installed";
            }
        }
        return null;
    }

    private static boolean isInstalled(String program) {
        return List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin").stream()
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    private static List<Map<String, String>> expectedAlerts(LiveTest test, String containerId) {
        String shortId = test.environment() == LiveTest.Environment.HOST ? "host" : containerId.substring(0, 12);
        List<Map<String, String>> alerts = new ArrayList<>();
        for (Map<String, String> fields : test.alerts()) {
            Map<String, String> expected = new TreeMap<>();
            fields.forEach((field, text) -> expected.put(field, text.replace("${container}", shortId)));
            expected.putIfAbsent("container.id", shortId);
            alerts.add(expected);
        }
        return alerts;
    }

    /** Describes the first field with an unexpected value. Returns null if all match. */
    private static @Nullable String mismatch(Alert alert, Map<String, String> expected) {
        for (Map.Entry<String, String> field : expected.entrySet()) {
            Object value = alert.outputFields().get(field.getKey());
            String text = value == null ? "<NA>" : value.toString();
            if (!pattern(field.getValue()).matcher(text).matches()) {
                return field.getKey() + " is " + text + ", not " + field.getValue();
            }
        }
        return null;
    }

    private static Pattern pattern(String text) {
        String quoted = Pattern.compile("\\*")
                .splitAsStream(text + "\0")
                .map(Pattern::quote)
                .collect(Collectors.joining(".*"));
        return Pattern.compile(quoted.replace("\0", ""), Pattern.DOTALL);
    }

    private static String reason(
            LiveTest test, Map<String, String> expected, List<Alert> alerts, Sandbox.ScriptResult script) {
        String mismatches = alerts.stream()
                .filter(alert -> alert.rule().equals(test.rule()))
                .map(alert -> mismatch(alert, expected))
                .distinct()
                .collect(Collectors.joining("; "));
        if (!mismatches.isEmpty()) {
            return "the alert's " + line(mismatches);
        }
        TreeSet<String> others = new TreeSet<>();
        alerts.forEach(alert -> others.add(alert.rule()));
        String output = line(String.join(" / ", script.output()));
        return (test.silent() ? "expected no alert" : "no matching alert")
                + (test.alerts().size() > 1 ? " with " + expected : "")
                + (others.isEmpty() ? "" : "; other alerts: " + String.join(", ", others))
                + "; the script exited with status " + script.status() + (output.isEmpty() ? "" : ": " + output);
    }

    private static String line(String text) {
        String line = UNSAFE_IN_LINE.matcher(text).replaceAll(" ").strip();
        return line.length() <= 400 ? line : "... " + line.substring(line.length() - 400);
    }

    private static Path temporary(String suffix) throws LiveTestException {
        try {
            return Files.createTempFile("tiercel-livetests", suffix);
        } catch (IOException e) {
            throw new LiveTestException("cannot create a temporary file: " + e.getMessage());
        }
    }

    private static void delete(Path file) throws LiveTestException {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new LiveTestException("cannot delete " + file + ": " + e.getMessage());
        }
    }
}
