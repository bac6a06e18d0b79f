package io.tiercel.e2e;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sensor that is killed becomes an incident, which closes when the node reports again. */
@Tag("packaged")
class FleetTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String RULE = "Tiercel internal: node silent";

    @TempDir
    Path folder;

    @Test
    void aKilledSensorIsAnIncidentUntilItsNodeReportsAgain() throws Exception {
        Tiercel.assumeCapture();
        Path settings = Files.writeString(folder.resolve("incidents.yaml"), "- silent_after: 10s\n");
        Path data = Files.createDirectory(folder.resolve("data"));
        try (Tiercel server = Tiercel.start(
                folder, List.of("env", "TIERCEL_INCIDENTS=" + settings), "functions", "--data", data.toString())) {
            server.awaitErr("listening on");
            try (Tiercel sensor = sensor(server)) {
                awaiting().until(() -> state(server).startsWith("node-1 unverified"));
                sensor.kill();
            }
            awaiting().until(() -> state(server).equals("node-1 silent"));
            awaiting().until(() -> incident(server).equals("open"));
            try (Tiercel _ = sensor(server)) {
                awaiting().until(() -> state(server).equals("node-1 unverified"));
                awaiting().until(() -> incident(server).equals("closed"));
            }
        }
    }

    private static ConditionFactory awaiting() {
        return await().atMost(Duration.ofMinutes(3)).pollInterval(Duration.ofSeconds(1));
    }

    private Tiercel sensor(Tiercel server) throws IOException {
        Path rules = Files.writeString(folder.resolve("rules.yaml"), """
                - rule: Never
                  desc: a test
                  condition: evt.type = mount and proc.name = no-such-program
                  output: "%proc.name"
                  priority: NOTICE
                """);
        Tiercel sensor = Tiercel.start(
                folder,
                List.of(),
                "sensor",
                "--rules",
                rules.toString(),
                "--server",
                server.url(),
                "--spool",
                folder.resolve("spool").toString(),
                "--hostname",
                "node-1",
                "--heartbeat-interval",
                "5");
        sensor.awaitErr("ready: ");
        return sensor;
    }

    /** Returns the name and the state of the only node; an empty text if there is none. */
    private static String state(Tiercel server) {
        JsonNode nodes = read(server, "/api/v1/nodes").path("items");
        return nodes.isEmpty()
                ? ""
                : nodes.at("/0/node").asText() + " " + nodes.at("/0/state").asText();
    }

    /** Returns the state of the only incident; an empty text if there is none. */
    private static String incident(Tiercel server) {
        JsonNode incidents = read(server, "/api/v1/incidents?state=all").path("items");
        if (incidents.isEmpty()) {
            return "";
        }
        assertEquals(1, incidents.size(), incidents::toString);
        assertEquals(RULE, incidents.at("/0/rule").asText());
        return incidents.at("/0/state").asText();
    }

    private static JsonNode read(Tiercel server, String path) {
        try {
            return JSON.readTree(server.get(path));
        } catch (IOException e) {
            throw new UncheckedIOException(path, e);
        }
    }
}
