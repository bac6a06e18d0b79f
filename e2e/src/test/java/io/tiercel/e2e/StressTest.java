package io.tiercel.e2e;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A load of forks, executions, opens and sockets beyond what the machine can handle: the sensor keeps running, its memory stays
 * bounded, and it counts and reports every lost event.
 */
@Tag("live")
class StressTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Duration of the load; the environment variable TIERCEL_STRESS_SECONDS overrides it. */
    private static final int SECONDS = Integer.parseInt(System.getenv().getOrDefault("TIERCEL_STRESS_SECONDS", "8"));

    /** Limit for a heap of 128 MiB, a ring buffer of 4 MiB on two processors, code and classes. */
    private static final double MAX_RESIDENT_BYTES = 320e6;

    private static final String LOST = "Tiercel internal: events lost";

    @TempDir
    Path folder;

    @Test
    void survivesOverloadAndReportsEveryLoss() throws Exception {
        Tiercel.assumeCapture();
        assumeTrue(
                Stream.of(System.getenv("PATH").split(":")).anyMatch(p -> Files.isExecutable(Path.of(p, "stress-ng"))),
                "stress-ng is not on PATH");
        Path bait = folder.resolve("bait");
        Path rules = Files.writeString(folder.resolve("rules.yaml"), """
                - rule: Bait
                  desc: The bait was opened.
                  condition: evt.type in (open, openat, openat2) and fd.name = %s
                  output: opened %%fd.name
                  priority: WARNING
                - rule: Never
                  desc: Makes the kernel report every call of the load.
                  condition: >
                    evt.type in (open, openat, execve, clone, fork, vfork, clone3, socket, connect, accept, accept4, bind, close,
                    sendto, recvfrom) and proc.name = no-such-name
                  output: never
                  priority: WARNING
                """.formatted(bait));
        try (Tiercel tiercel = Tiercel.start(
                folder, List.of(), "sensor", "--rules", rules.toString(), "--output", "json", "--metrics", "0")) {
            tiercel.awaitErr("ready");
            Files.writeString(bait, "before");
            await().atMost(Duration.ofSeconds(30)).until(() -> alerts(tiercel, "Bait") == 1);

            double maxResident = load(tiercel);

            Files.writeString(bait, "after");
            await().atMost(Duration.ofSeconds(60)).until(() -> alerts(tiercel, "Bait") == 2);
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() ->
                            assertEquals(sum(metrics(tiercel), "tiercel_events_lost_total"), reportedLoss(tiercel)));
            String metrics = metrics(tiercel);
            System.out.printf(
                    "%d s of stress: %.0f events, %.0f lost, at most %.0f MB resident, %.0f processes known after%n",
                    SECONDS,
                    sum(metrics, "tiercel_events_total"),
                    sum(metrics, "tiercel_events_lost_total"),
                    maxResident / 1e6,
                    sum(metrics, "tiercel_state_entries{kind=\"processes\"}"));
            assertTrue(sum(metrics, "tiercel_events_total") > 10_000, "the load was seen");
            assertTrue(maxResident < MAX_RESIDENT_BYTES, "resident: " + maxResident);
            assertTrue(sum(metrics, "tiercel_state_entries{kind=\"processes\"}") <= 65_536);
            assertFalse(tiercel.err().contains("should not have happened"), tiercel::err);
            assertFalse(tiercel.err().contains("Exception"), tiercel::err);
            tiercel.signal("TERM");
            assertEquals(143, tiercel.exitStatus(10));
        }
    }

    /** Loads the machine and returns the largest resident memory of the sensor under load, in bytes. */
    private double load(Tiercel tiercel) throws Exception {
        Process load = new ProcessBuilder(
                        "stress-ng",
                        "--fork=2",
                        "--exec=2",
                        "--open=2",
                        "--sock=2",
                        "--timeout=" + SECONDS + "s",
                        "--temp-path=" + folder)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("stress").toFile())
                .start();
        try {
            double[] maximum = new double[1];
            await().atMost(Duration.ofSeconds(SECONDS + 120L))
                    .pollInterval(Duration.ofMillis(500))
                    .until(() -> {
                        maximum[0] = Math.max(maximum[0], sum(metrics(tiercel), "process_resident_memory_bytes"));
                        return !load.isAlive();
                    });
            assertEquals(0, load.exitValue(), () -> Tiercel.read(folder.resolve("stress")));
            return maximum[0];
        } finally {
            load.descendants().forEach(ProcessHandle::destroyForcibly);
            load.destroyForcibly();
        }
    }

    private static long alerts(Tiercel tiercel, String rule) {
        return tiercel.out()
                .lines()
                .filter(line -> line.contains("\"rule\":\"" + rule + "\""))
                .count();
    }

    /** Returns the number of lost events in the sensor's last loss alert. */
    private static double reportedLoss(Tiercel tiercel) throws IOException {
        List<String> alerts = tiercel.out()
                .lines()
                .filter(line -> line.contains("\"rule\":\"" + LOST + "\""))
                .toList();
        if (alerts.isEmpty()) {
            return 0;
        }
        JsonNode alert = JSON.readTree(alerts.getLast());
        return alert.path("output_fields").path("lost_since_start").asDouble();
    }

    private static String metrics(Tiercel tiercel) throws Exception {
        Matcher address = Pattern.compile("metrics on (http\\S+)").matcher(tiercel.err());
        assertTrue(address.find(), tiercel::err);
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create(address.group(1)))
                                    .timeout(Duration.ofSeconds(30))
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
        }
    }

    /** Sums a metric over all labels. */
    private static double sum(String metrics, String name) {
        return metrics.lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
