package io.tiercel.e2e;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./tiercel up}: a real read of /etc/shadow becomes an incident, and killed processes restart without loss. */
@Tag("live")
class UpTest {
    private static final String RULE = "Sensitive file read by untrusted program";

    @TempDir
    Path folder;

    @Test
    void tenReadsOfShadowBecomeOneIncident() throws Exception {
        Tiercel.assumeCapture();
        // A shell ignores SIGINT for what it runs in the background, and so would everything that the tests start.
        List<String> interruptible = List.of("env", "--default-signal=INT");
        try (Tiercel tiercel = Tiercel.start(folder, interruptible, "up", "--data", folder.toString())) {
            tiercel.awaitErr("ready");
            readShadow(10);
            long read = System.nanoTime();
            awaitCount(tiercel, 10);
            System.out.printf(
                    "ten reads were one incident of count 10 after %d ms%n", (System.nanoTime() - read) / 1_000_000);
            await().atMost(Duration.ofSeconds(10)).until(() -> tiercel.out().contains("NEW INCIDENT"));
            assertEquals(
                    10,
                    tiercel.out()
                            .lines()
                            .filter(l -> l.contains("file=/etc/shadow"))
                            .count(),
                    tiercel.out());

            assertTheLinkOpensTheConsole(tiercel);
            List<ProcessHandle> children = tiercel.descendants();
            assertTrue(children.size() >= 2, "sensor and server: " + children);
            tiercel.signal("INT");
            assertEquals(130, tiercel.exitStatus(60));
            await().atMost(Duration.ofSeconds(60)).until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
        }
    }

    /** Incidents need a token on this machine too, and the printed link replaces it in a browser, once. */
    private static void assertTheLinkOpensTheConsole(Tiercel tiercel) throws Exception {
        tiercel.awaitErr("/console/login#");
        Matcher link = Pattern.compile("(http://127\\.0\\.0\\.1:\\d+/console/login)#(\\S+)")
                .matcher(tiercel.err());
        assertTrue(link.find(), tiercel.err());
        HttpRequest login = HttpRequest.newBuilder(URI.create(link.group(1)))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("code=" + link.group(2)))
                .build();
        try (HttpClient browser = HttpClient.newHttpClient()) {
            HttpRequest incidents = HttpRequest.newBuilder(URI.create(tiercel.url() + "/incidents"))
                    .build();
            assertEquals(
                    401,
                    browser.send(incidents, HttpResponse.BodyHandlers.ofString())
                            .statusCode());
            HttpResponse<String> in = browser.send(login, HttpResponse.BodyHandlers.ofString());
            assertEquals(303, in.statusCode(), in.body());
            String cookie = in.headers().firstValue("Set-Cookie").orElseThrow();
            assertTrue(cookie.matches("(?i).*; HttpOnly; SameSite=Strict.*"), cookie);
            assertEquals(
                    401,
                    browser.send(login, HttpResponse.BodyHandlers.ofString()).statusCode());
        }
    }

    @Test
    void killedProcessesLoseNothing() throws Exception {
        Tiercel.assumeCapture();
        try (Tiercel tiercel = Tiercel.start(folder, List.of(), "up", "--data", folder.toString())) {
            tiercel.awaitErr("ready");
            readShadow(3);
            awaitCount(tiercel, 3);

            tiercel.child("quarkus-run.jar").destroyForcibly();
            readShadow(4);
            awaitCount(tiercel, 7);

            ProcessHandle sensor = tiercel.child("io.tiercel.sensor.cli.Tiercel");
            sensor.destroyForcibly();
            await().atMost(Duration.ofSeconds(20)).until(() -> tiercel.err().split("ready", -1).length > 2);
            readShadow(2);
            awaitCount(tiercel, 9);
        }
    }

    /** The server refuses all alerts of a rule whose name is too long. Both sides say so, and the others are delivered. */
    @Test
    void refusedAlertsAreReportedAsLost() throws Exception {
        Tiercel.assumeCapture();
        Path bait = Files.writeString(folder.resolve("bait"), "x");
        String rule = """
                - rule: %s
                  desc: a test
                  condition: evt.type in (open, openat, openat2) and fd.name = %s
                  output: by %%proc.name
                  priority: WARNING
                """;
        Path rules = Files.writeString(
                folder.resolve("long.yaml"), rule.formatted("r".repeat(600), bait) + rule.formatted("Opened", bait));
        try (Tiercel tiercel = Tiercel.start(
                folder,
                List.of(),
                "up",
                "--data",
                folder.toString(),
                "--rules",
                rules.toString(),
                "--rule-matching",
                "all")) {
            tiercel.awaitErr("ready");
            assertTrue(tiercel.err().contains("LOAD_UNDELIVERABLE_ALERTS"), tiercel.err());
            assertEquals(0, command(List.of(), "cat", bait.toString()));
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                assertEquals(1, tiercel.incidents("Opened").size(), tiercel::err);
                String health = tiercel.get("/health");
                assertTrue(health.contains("\"refused.by.rule_name\":1"), health + tiercel.err());
                assertTrue(
                        health.contains("\"refused.reason\":\"rule has 600 characters; the maximum is 512\""), health);
            });
            String metrics = tiercel.get("/metrics");
            assertTrue(metrics.contains("tiercel_functions_documents_refused_total{reason=\"rule_name\"} 1"), metrics);
            String log = tiercel.err();
            assertTrue(
                    log.contains("the receiver refused an alert of the rule \"" + "r".repeat(100) + "\" (rule_name: "),
                    log);
            assertTrue(log.contains("rejected 1 document (rule_name): rule has 600 characters"), log);
        }
        assertEquals(
                1, Files.readAllLines(folder.resolve("spool/refused.jsonl")).size());
    }

    @Test
    void stopsAfterTheGivenTime() throws Exception {
        Tiercel.assumeCapture();
        try (Tiercel tiercel = Tiercel.start(folder, List.of(), "up", "--for", "6", "--data", folder.toString())) {
            assertEquals(0, tiercel.exitStatus(60), tiercel::err);
        }
    }

    @Test
    void replaysTheRecordingWithoutPrivileges() throws Exception {
        assumeTrue(Tiercel.isRoot(), "dropping privileges requires root");
        Path data = Files.createDirectory(folder.resolve("data"));
        List<String> nobody = List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
        new ProcessBuilder("chmod", "777", folder.toString(), data.toString())
                .start()
                .waitFor();
        assumeTrue(
                0
                        == command(
                                nobody,
                                "test",
                                "-x",
                                Tiercel.ROOT.resolve("tiercel").toString()),
                "other users cannot read the project's folder");
        try (Tiercel tiercel = Tiercel.start(folder, nobody, "up", "--for", "15", "--data", data.toString())) {
            tiercel.awaitErr("replaying the recording");
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> !tiercel.incidents(RULE).isEmpty());
            assertEquals(0, tiercel.exitStatus(60), tiercel::err);
        }
    }

    private static void awaitCount(Tiercel tiercel, int count) {
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(50))
                .untilAsserted(() -> {
                    List<JsonNode> incidents = tiercel.incidents(RULE);
                    assertEquals(1, incidents.size(), () -> "incidents " + incidents + "\n" + tiercel.err());
                    assertEquals(count, incidents.getFirst().path("count").asInt());
                });
    }

    private static void readShadow(int times) throws IOException, InterruptedException {
        for (int i = 0; i < times; i++) {
            assertEquals(0, command(List.of(), "sh", "-c", "cat /etc/shadow >/dev/null"));
        }
    }

    private static int command(List<String> prefix, String... arguments) throws IOException, InterruptedException {
        List<String> all = new java.util.ArrayList<>(prefix);
        all.addAll(List.of(arguments));
        return new ProcessBuilder(all).start().waitFor();
    }
}
