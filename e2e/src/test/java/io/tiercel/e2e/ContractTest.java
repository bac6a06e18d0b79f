package io.tiercel.e2e;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract for programs that run {@code ./tiercel sensor}: its output, its timing, and its exit status. */
@Tag("live")
class ContractTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private Path bait;
    private Path rules;
    private Path overrides;

    @BeforeEach
    void rules() throws Exception {
        Tiercel.assumeCapture();
        bait = folder.resolve("bait");
        rules = Files.writeString(folder.resolve("a.yaml"), """
                - macro: baited
                  condition: evt.type in (open, openat, openat2) and fd.name startswith %s
                - rule: Opened
                  desc: The bait was opened.
                  condition: baited
                  output: opened %%fd.name
                  priority: DEBUG
                - rule: Opened as well
                  desc: The bait was opened, once more.
                  condition: baited
                  output: also opened %%fd.name
                  priority: WARNING
                - rule: Silenced
                  desc: A later file switches it off.
                  condition: baited
                  output: should be silent
                  priority: WARNING
                """.formatted(bait));
        overrides = Files.writeString(folder.resolve("b.yaml"), """
                - rule: Opened
                  condition: and not fd.name endswith .quiet
                  override:
                    condition: append
                - rule: Silenced
                  enabled: false
                """);
    }

    private String[] arguments(String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "sensor",
                "--rules",
                rules.toString(),
                "--rules",
                overrides.toString(),
                "--rule-matching",
                "all",
                "--priority",
                "debug",
                "--output",
                "json"));
        arguments.addAll(List.of(more));
        return arguments.toArray(String[]::new);
    }

    private static List<JsonNode> alerts(String out) throws Exception {
        List<JsonNode> alerts = new ArrayList<>();
        for (String line : out.lines().toList()) {
            alerts.add(JSON.readTree(line));
        }
        return alerts;
    }

    private static long count(List<JsonNode> alerts, String rule, String message) {
        return alerts.stream()
                .filter(a -> a.path("rule").asText().equals(rule)
                        && a.path("output").asText().contains(message))
                .count();
    }

    @Test
    void standardOutputHasOnlyAlertsAndLaterFilesOverride() throws Exception {
        try (Tiercel tiercel = Tiercel.start(folder, List.of(), arguments("--for", "10"))) {
            tiercel.awaitErr("ready");
            long ready = System.nanoTime();
            Files.writeString(bait, "x");
            Files.writeString(folder.resolve("bait.quiet"), "x");
            assertEquals(0, tiercel.exitStatus(30));
            long ran = System.nanoTime() - ready;
            List<JsonNode> alerts = alerts(tiercel.out());
            // Internal alerts, such as one about incomplete events, have no tags and depend on the machine.
            alerts.removeIf(alert -> alert.path("source").asText().equals("internal"));
            for (JsonNode alert : alerts) {
                Set<String> keys = new HashSet<>();
                alert.fieldNames().forEachRemaining(keys::add);
                assertTrue(
                        keys.containsAll(Set.of(
                                "hostname", "output", "output_fields", "priority", "rule", "source", "tags", "time")),
                        alert::toString);
            }
            assertEquals(1, count(alerts, "Opened", "opened " + bait), tiercel.out());
            assertEquals(0, count(alerts, "Opened", ".quiet"), tiercel.out());
            assertEquals(1, count(alerts, "Opened as well", "opened " + bait + " "), tiercel.out());
            assertEquals(1, count(alerts, "Opened as well", ".quiet"), tiercel.out());
            assertEquals(0, count(alerts, "Silenced", ""), tiercel.out());
            assertTrue(tiercel.err().contains("alerts from"), tiercel::err);
            assertTrue(ran > 8_000_000_000L && ran < 15_000_000_000L, "ran for " + ran + " ns");
        }
    }

    @Test
    void alertsAreWrittenWithoutDelay() throws Exception {
        Process sensor = new ProcessBuilder(command(arguments()))
                .redirectError(folder.resolve("err").toFile())
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(sensor.getInputStream(), StandardCharsets.UTF_8))) {
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> Tiercel.read(folder.resolve("err")).contains("ready"));
            List<Long> delays = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                Files.writeString(bait, "x");
                for (String rule : List.of("Opened", "Opened as well")) {
                    JsonNode alert = JSON.readTree(out.readLine());
                    Instant seen = Instant.now();
                    assertEquals(rule, alert.path("rule").asText(), alert::toString);
                    Instant happened = Instant.parse(alert.path("time").asText());
                    delays.add(Duration.between(happened, seen).toMillis());
                }
            }
            delays.sort(null);
            System.out.printf(
                    "from event to line: median %d ms, longest %d ms of %d alerts%n",
                    delays.get(delays.size() / 2), delays.getLast(), delays.size());
            assertTrue(delays.getFirst() < 200, "no alert waits for a buffer to fill");

            for (int i = 0; i < 300; i++) {
                Files.writeString(bait, "x");
            }
            long signalled = System.nanoTime();
            sensor.toHandle().destroy(); // signal the process only: the test still reads its output
            List<String> rest = out.lines().toList();
            assertTrue(sensor.waitFor(10, TimeUnit.SECONDS));
            long took = (System.nanoTime() - signalled) / 1_000_000;
            System.out.println("ended " + took + " ms after SIGTERM");
            assertTrue(took < 5_000, "ended after " + took + " ms");
            assertEquals(143, sensor.exitValue());
            assertEquals(
                    300,
                    count(alerts(String.join("\n", rest)), "Opened", "opened"),
                    "every alert is printed before the exit");
            assertFalse(Tiercel.read(folder.resolve("err")).contains("should not have happened"));
        } finally {
            sensor.destroyForcibly();
        }
    }

    private static String[] command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                "env", "TIERCEL_BUILD=no", Tiercel.ROOT.resolve("tiercel").toString()));
        command.addAll(List.of(arguments));
        return command.toArray(String[]::new);
    }
}
