package io.tiercel.sensor.app;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.AlertJson;
import io.tiercel.rules.alert.InvalidAlertException;
import io.tiercel.sensor.bpf.PreconditionResult;
import io.tiercel.sensor.bpf.Preconditions;
import io.tiercel.sensor.cli.Tiercel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.core.ConditionFactory;

/** A sensor in a child process with the JVM options and the heap of the image. Its alerts go to a file as JSON. */
public final class ShippedSensor implements AutoCloseable {
    /** Maximum time of one step. A busy machine may need most of it. */
    public static final Duration TIMEOUT = Duration.ofSeconds(90);

    private static final Pattern METRICS = Pattern.compile("metrics on (http://\\S+)/metrics");

    private static final Path ROOT = Path.of(System.getProperty("tiercel.root"));

    private final Process process;
    private final Path out;
    private final Path err;

    private ShippedSensor(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** Skips the test if this machine cannot capture events. */
    public static void assumeCapture() {
        for (PreconditionResult check : Preconditions.check()) {
            assumeTrue(check.passed(), () -> check.name() + ": " + check.detail() + "; " + check.remedy());
        }
    }

    /**
     * Starts a sensor and waits until it captures events.
     *
     * @param folder folder for its outputs, which a later sensor replaces
     * @param arguments arguments after {@code sensor --output json}
     */
    public static ShippedSensor start(Path folder, String... arguments) throws IOException {
        return start(List.of(), folder, arguments);
    }

    /**
     * Same, where only cgroup v2 is mounted for the sensor, as on a node without cgroup v1. The processes of this machine may
     * have cgroups of v1 nevertheless.
     */
    public static ShippedSensor startWithCgroupV2Alone(Path folder, String... arguments) throws IOException {
        String mount = "umount -R /sys/fs/cgroup && mount -t cgroup2 cgroup2 /sys/fs/cgroup && exec \"$@\"";
        return start(List.of("unshare", "--mount", "sh", "-c", mount, "sh"), folder, arguments);
    }

    private static ShippedSensor start(List<String> prefix, Path folder, String... arguments) throws IOException {
        Path out = folder.resolve("alerts.jsonl");
        Path err = folder.resolve("sensor.log");
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + ROOT.resolve("infra/image/java-options"),
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                Tiercel.class.getName(),
                "sensor",
                "--output",
                "json"));
        command.addAll(List.of(arguments));
        ShippedSensor sensor = new ShippedSensor(
                new ProcessBuilder(command)
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start(),
                out,
                err);
        sensor.awaiting().until(() -> sensor.log().contains("ready: "));
        return sensor;
    }

    /** Returns the text of a rule with the output {@code by %proc.name on %fd.name}. */
    public static String rule(String name, String condition) {
        return "- rule: " + name + "\n  desc: a test\n  condition: " + condition
                + "\n  output: by %proc.name on %fd.name\n  priority: WARNING\n";
    }

    /** Returns the number of alerts of a rule so far, without reading them. */
    public int count(String rule) {
        try {
            String printed = Files.readString(out);
            String field = "\"rule\":\"" + rule + "\"";
            int count = 0;
            for (int at = printed.indexOf(field); at >= 0; at = printed.indexOf(field, at + 1)) {
                count++;
            }
            return count;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns a condition factory that fails if the sensor ends. */
    public ConditionFactory awaiting() {
        return await().atMost(TIMEOUT)
                .pollInterval(Duration.ofMillis(50))
                .failFast(() -> assertTrue(process.isAlive(), this::log));
    }

    /** Returns what the sensor has written to standard error. */
    public String log() {
        try {
            return Files.readString(err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the alerts of a rule so far. */
    public List<Alert> alerts(String rule) {
        try {
            String printed = Files.readString(out);
            List<Alert> alerts = new ArrayList<>();
            for (String line :
                    printed.substring(0, printed.lastIndexOf('\n') + 1).split("\n")) {
                if (!line.isEmpty() && line.contains(rule)) {
                    Alert alert = AlertJson.read(line);
                    if (alert.rule().equals(rule)) {
                        alerts.add(alert);
                    }
                }
            }
            return alerts;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InvalidAlertException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the address of the sensor's metrics and health on this machine. It must have been started with {@code --metrics}. */
    public URI address() {
        Matcher address = METRICS.matcher(log());
        assertTrue(address.find(), this::log);
        return URI.create(address.group(1).replace("0.0.0.0", "127.0.0.1"));
    }

    /** Returns the text at a path of {@link #address}, such as {@code /healthz}. Fails if it takes longer than a time. */
    public String get(String path, Duration atMost) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(address().resolve(path)).timeout(atMost).build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        }
    }

    /** Returns the sum of a metric's values. */
    public double metric(String name) throws IOException, InterruptedException {
        return get("/metrics", TIMEOUT)
                .lines()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** Waits until a rule has a number of alerts. */
    public void awaitAlerts(String rule, int number) {
        awaiting().until(() -> alerts(rule).size() >= number);
    }

    public Process process() {
        return process;
    }

    /** Sends a signal, such as {@code STOP}. */
    public void signal(String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
        if (kill.waitFor() != 0) {
            throw new IOException("cannot send SIG" + name);
        }
    }

    /** Kills the sensor and waits for its end. */
    @Override
    public void close() {
        try {
            process.destroyForcibly().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
