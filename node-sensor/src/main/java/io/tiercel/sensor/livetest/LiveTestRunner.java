package io.tiercel.sensor.livetest;

import io.tiercel.rules.alert.Alert;
import io.tiercel.sensor.container.cri.StubCriServer;
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

/** Performs trials before a sensor, a few at a time, and says of each whether the alert came. */
public final class LiveTestRunner {
    /** Trials performed at the same time. */
    private static final int AT_A_TIME = 3;

    /** How long after its behaviour an alert is waited for: it takes 0.2 s where the machine has time. */
    private static final long PATIENCE_MS = 8_000;

    /** How long events of a container wait for what its runtime tells: it takes 0.01 s where the machine has time. */
    private static final String CONTAINER_WAIT_MS = "5000";

    /** How long the sensor may take until it asks the runtime for the first time, which it does at its start. */
    private static final long FIRST_QUESTION_MS = 30_000;

    private static final Pattern UNSAFE_IN_LINE = Pattern.compile("\\p{Cntrl}+");

    private final Sandbox ground;
    private final List<String> sensorCommand;

    /**
     * Starts nothing yet.
     *
     * @param ground the program that scripts run on
     * @param sensorCommand starts a sensor and takes further options; the sensor prints alerts as JSON, by all rules that
     *     match, with {@link #markedOutput()} behind each output
     */
    public LiveTestRunner(Path ground, List<String> sensorCommand) {
        this.ground = new Sandbox(ground);
        this.sensorCommand = List.copyOf(sensorCommand);
    }

    /** What has to be appended to the output of every rule. */
    public static String markedOutput() {
        return SensorProcess.MARKED_OUTPUT;
    }

    /**
     * Performs them all.
     *
     * @param told takes each outcome, in the order of the trials, as soon as it is known
     * @throws LiveTestException if the sensor does not start
     */
    public List<LiveTestResult> perform(List<LiveTest> trials, Consumer<LiveTestResult> told) throws LiveTestException {
        Path errors = temporary(".err");
        Path hosts = temporary(".hosts");
        Path socket = temporary(".sock");
        remove(socket);
        try (StubCriServer runtime = new StubCriServer(socket);
                SensorProcess sensor = SensorProcess.start(command(trials, hosts, socket), errors);
                ExecutorService several = Executors.newFixedThreadPool(AT_A_TIME)) {
            if (!runtime.awaitRequest(FIRST_QUESTION_MS)) {
                throw new LiveTestException("the sensor does not ask the containers' runtime:\n" + sensor.said());
            }
            List<Future<LiveTestResult>> coming = new ArrayList<>();
            for (int i = 0; i < trials.size(); i++) {
                LiveTest trial = trials.get(i);
                String mark = "t" + i + "." + ProcessHandle.current().pid();
                coming.add(several.submit(() -> perform(trial, mark, sensor, runtime)));
            }
            List<LiveTestResult> outcomes = new ArrayList<>();
            for (Future<LiveTestResult> outcome : coming) {
                outcomes.add(outcome.get());
                told.accept(outcomes.getLast());
            }
            return outcomes;
        } catch (IOException e) {
            throw new LiveTestException("the runtime of the trials cannot be started: " + e.getMessage());
        } catch (ExecutionException e) {
            throw new LiveTestException("a trial cannot be performed: " + e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LiveTestException("the trials were interrupted");
        } finally {
            remove(errors);
            remove(hosts);
            remove(socket);
        }
    }

    private List<String> command(List<LiveTest> trials, Path file, Path socket) throws LiveTestException {
        List<String> command = new ArrayList<>(sensorCommand);
        command.addAll(List.of("--cri", socket.toString(), "--container-wait", CONTAINER_WAIT_MS));
        TreeMap<String, String> hosts = new TreeMap<>();
        trials.forEach(trial -> hosts.putAll(trial.hosts()));
        if (hosts.isEmpty()) {
            return command;
        }
        StringBuilder lines = new StringBuilder("127.0.0.1 localhost\n");
        hosts.forEach((name, address) ->
                lines.append(address).append(' ').append(name).append('\n'));
        try {
            Files.writeString(file, lines);
        } catch (IOException e) {
            throw new LiveTestException(file + " cannot be written: " + e.getMessage());
        }
        return ground.withNames(file, command);
    }

    private LiveTestResult perform(LiveTest trial, String mark, SensorProcess sensor, StubCriServer runtime)
            throws IOException, InterruptedException {
        String lacking = lacking(trial);
        if (lacking != null) {
            return new LiveTestResult.Skipped(trial, lacking);
        }
        String containerId = Sandbox.newContainerId();
        runtime.add(containerId, trial.told());
        Map<String, String> wanted = wanted(trial, containerId);
        long start = System.nanoTime();
        Sandbox.Performance performance = ground.perform(trial, mark, containerId);
        boolean seen = sensor.await(
                mark, alert -> alert.rule().equals(trial.rule()) && mismatch(alert, wanted) == null, PATIENCE_MS);
        return seen
                ? new LiveTestResult.Seen(trial, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start))
                : new LiveTestResult.Missing(trial, reason(trial, wanted, sensor.alerts(mark), performance));
    }

    private static @Nullable String lacking(LiveTest trial) {
        for (String need : trial.needs()) {
            if (!installed(need)) {
                return need + " is not installed";
            }
        }
        return null;
    }

    private static boolean installed(String program) {
        return List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin").stream()
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    private static Map<String, String> wanted(LiveTest trial, String containerId) {
        String shortId = trial.where() == LiveTest.Where.HOST ? "host" : containerId.substring(0, 12);
        Map<String, String> wanted = new TreeMap<>();
        trial.fields().forEach((field, text) -> wanted.put(field, text.replace("${container}", shortId)));
        wanted.putIfAbsent("container.id", shortId);
        return wanted;
    }

    /** The first field that is not as it should be, in words; null if all are. */
    private static @Nullable String mismatch(Alert alert, Map<String, String> wanted) {
        for (Map.Entry<String, String> field : wanted.entrySet()) {
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
            LiveTest trial, Map<String, String> wanted, List<Alert> alerts, Sandbox.Performance performance) {
        for (Alert alert : alerts) {
            String mismatch = mismatch(alert, wanted);
            if (alert.rule().equals(trial.rule()) && mismatch != null) {
                return "the alert's " + line(mismatch);
            }
        }
        TreeSet<String> others = new TreeSet<>();
        alerts.forEach(alert -> others.add(alert.rule()));
        String said = line(String.join(" / ", performance.said()));
        return "no such alert" + (others.isEmpty() ? "" : "; others: " + String.join(", ", others))
                + "; the script ended with status " + performance.status() + (said.isEmpty() ? "" : ": " + said);
    }

    private static String line(String text) {
        String line = UNSAFE_IN_LINE.matcher(text).replaceAll(" ").strip();
        return line.length() <= 400 ? line : "... " + line.substring(line.length() - 400);
    }

    private static Path temporary(String suffix) throws LiveTestException {
        try {
            return Files.createTempFile("tiercel-trials", suffix);
        } catch (IOException e) {
            throw new LiveTestException("there is no place for temporary files: " + e.getMessage());
        }
    }

    private static void remove(Path file) throws LiveTestException {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new LiveTestException(file + " cannot be removed: " + e.getMessage());
        }
    }
}
