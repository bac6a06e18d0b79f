package io.tiercel.e2e;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Thousands of causes within seconds, from the kernel to Slack and PagerDuty: a handful of messages, exact counts, and an urgent
 * incident among them that is noticed at once.
 */
@Tag("live")
class AlertStormTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String HOST = "storm.example.com";
    private static final String READS = "Path traversal to sensitive file";
    private static final String PROGRAMS = "Program executed from shared memory directory";
    private static final String MINER = "Cryptocurrency miner executed";
    private static final int READ_COUNT = 3000;
    private static final int PROGRAM_COUNT = 300;
    private static final int MAX_SLACK_CALLS = 20;
    private static final int MAX_PAGES = 3;
    private static final Duration NOTICED = Duration.ofSeconds(15);
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static final String CHANNELS = """
            channels:
              soc: {type: slack, token: "file:SECRET", conversation: C0123ABCD, api: "STUB/api/"}
              pager: {type: pagerduty, routing-key: "file:SECRET", service: STUB}
            routes:
              - route: page the on-call engineer
                when: incident.urgency <= 2
                channels: [pager]
              - route: everything
                channels: [soc]
            """;

    @TempDir
    private Path folder;

    @Test
    void stormIsAHandfulOfMessagesWithExactCounts() throws Exception {
        Tiercel.assumeCapture();
        Tool.onPath("curl");
        Path memory = Files.createTempDirectory(Path.of("/dev/shm"), "tiercel-storm");
        try (ChannelStub stub = new ChannelStub()) {
            certificates();
            int port = freePort();
            try (Tiercel server = server(port, stub);
                    Tiercel sensor = sensor(port)) {
                sensor.awaitErr("ready");
                storm("reads", Integer.toString(READ_COUNT));
                anUrgentIncidentIsNoticed(stub);
                storm("programs", Integer.toString(PROGRAM_COUNT), memory.toString());
                Map<String, Long> expected =
                        Map.of(READS, (long) READ_COUNT, PROGRAMS, (long) PROGRAM_COUNT, MINER, 1L);
                await().atMost(LIMIT)
                        .pollInterval(Duration.ofMillis(500))
                        .untilAsserted(() -> assertEquals(new TreeMap<>(expected), counts(port), server::err));
                await().atMost(LIMIT)
                        .pollInterval(Duration.ofMillis(500))
                        .until(() -> stub.pages().size() >= 2);
                System.out.printf(
                        "%d causes: %d calls of Slack, %d pages%n",
                        READ_COUNT + PROGRAM_COUNT + 1,
                        stub.slackCalls().size(),
                        stub.pages().size());
                assertTrue(stub.slackCalls().size() <= MAX_SLACK_CALLS, () -> "Slack: " + stub.slackCalls());
                assertTrue(stub.pages().size() <= MAX_PAGES, () -> "pages: " + stub.pages());
            }
        } finally {
            delete(memory);
        }
    }

    /** In the middle of the storm, while its alerts are processed. */
    private void anUrgentIncidentIsNoticed(ChannelStub stub) throws Exception {
        new Tool("sh", Map.of()).out("-c", "sh -c 'true -o stratum+tcp://pool.example:3333; true'");
        await().atMost(NOTICED)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> stub.pages().stream().anyMatch(page -> page.body().contains(MINER))
                        && stub.slackCalls().stream()
                                .anyMatch(call -> call.body().contains(MINER)));
    }

    private static void storm(String... arguments) throws Exception {
        Path script = Tiercel.ROOT.resolve("e2e/src/test/python/alert_storm.py");
        new Tool("/usr/bin/python3", Map.of())
                .out(Stream.concat(Stream.of(script.toString()), Stream.of(arguments))
                        .toArray(String[]::new));
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            return free.getLocalPort();
        }
    }

    private String certificate(String name) {
        return folder.resolve("certs").resolve(name).toString();
    }

    /** The certificate proves the host, so that alerts are of a verified sender. */
    private void certificates() throws Exception {
        ServerInCluster.tiercel()
                .out("certs", "--dir", folder.resolve("certs").toString(), "--host", "localhost", "--client", HOST);
    }

    private Tiercel server(int port, ChannelStub stub) throws IOException {
        // An integration key of PagerDuty has 32 characters.
        Path secret = Files.writeString(folder.resolve("secret"), "0123456789abcdef-for-this-test-3");
        Path channels = Files.writeString(
                folder.resolve("notifications.yaml"),
                CHANNELS.replace("SECRET", secret.toString())
                        .replace("STUB", stub.address().toString()));
        return Tiercel.start(
                folder,
                List.of(
                        "env",
                        "TIERCEL_TLS_CERTIFICATE=" + certificate("server.crt"),
                        "TIERCEL_TLS_KEY=" + certificate("server.key"),
                        "TIERCEL_TLS_AUTHORITY=" + certificate("ca.crt"),
                        "TIERCEL_IDENTITY_CLIENT_CERTIFICATES=true",
                        "TIERCEL_NOTIFICATIONS=" + channels),
                "functions",
                "--port",
                Integer.toString(port),
                "--data",
                folder.resolve("data").toString());
    }

    private Tiercel sensor(int port) throws IOException {
        return Tiercel.start(
                folder,
                List.of(),
                "sensor",
                "--hostname",
                HOST,
                "--server",
                "https://localhost:" + port,
                "--delivery-ca",
                certificate("ca.crt"),
                "--delivery-certificate",
                certificate("client.crt"),
                "--delivery-key",
                certificate("client.key"),
                "--spool",
                folder.resolve("spool").toString());
    }

    /** Returns the numbers of alerts of the rules of this test, summed over their incidents. */
    private Map<String, Long> counts(int port) throws Exception {
        String text = new Tool("curl", Map.of())
                .out(
                        "-s",
                        "--cacert",
                        certificate("ca.crt"),
                        "--cert",
                        certificate("client.crt"),
                        "--key",
                        certificate("client.key"),
                        "-H",
                        "Authorization: Bearer "
                                + Tiercel.read(folder.resolve("data/token")).strip(),
                        "https://localhost:" + port + "/incidents?limit=1000");
        Map<String, Long> counts = new TreeMap<>();
        for (JsonNode incident : JSON.readTree(text)) {
            if (List.of(READS, PROGRAMS, MINER).contains(incident.path("rule").asText())) {
                counts.merge(
                        incident.path("rule").asText(), incident.path("count").asLong(), Long::sum);
            }
        }
        return counts;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
