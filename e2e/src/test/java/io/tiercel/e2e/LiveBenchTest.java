package io.tiercel.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./tiercel bench live} with tiny loads. Checks that everything is measured and no alert is missing, not how fast it is. */
@Tag("live")
class LiveBenchTest {
    @TempDir
    private Path folder;

    /** The peer is a second sensor of ours. */
    @Test
    void measuresEveryLoadUnderEverySensor() throws IOException, InterruptedException {
        Tiercel.assumeCapture();
        String detections = Tiercel.ROOT.resolve("rules/detections").toString();
        Path json = folder.resolve("bench.json");
        String peer =
                Tiercel.ROOT.resolve(".tiercel/image/bin/tiercel") + " sensor --output json --rules " + detections;
        try (Tiercel tiercel = Tiercel.start(
                folder,
                List.of(),
                "bench",
                "live",
                "--scale",
                "0.001",
                "--rounds",
                "1",
                "--rules",
                detections,
                "--peer",
                peer,
                "--json",
                json.toString())) {
            assertEquals(0, tiercel.exitStatus(400), tiercel::err);
            assertEquals(
                    8,
                    tiercel.out()
                            .lines()
                            .filter(line -> line.matches("\\| [0-9].* \\| (tiercel|peer) \\|.*"))
                            .count(),
                    tiercel::out);
            assertEquals(List.of(), tiercel.descendants());
        }
        JsonNode report = new ObjectMapper().readTree(json.toFile());
        assertEquals(System.getProperty("os.version"), report.path("kernel").asText());
        Set<String> measured = new HashSet<>();
        for (JsonNode observation : report.path("observations")) {
            String sensor = observation.path("sensor").asText();
            measured.add(observation.path("load").asText() + " " + sensor);
            assertEquals(observation.path("alerts_expected"), observation.path("alerts"), observation::toString);
            assertTrue(observation.path("slow_down").asDouble() > 0, observation::toString);
            assertTrue(
                    observation.path("rss_bytes").asLong()
                            >= observation.path("pss_bytes").asLong(),
                    observation::toString);
            assertTrue(observation.path("pss_bytes").asLong() > 0, observation::toString);
            assertTrue(observation.path("first_event_seconds").asDouble() > 0, observation::toString);
            assertEquals(sensor.equals("peer"), observation.path("events_seen").isNull(), observation::toString);
            assertEquals(0, observation.path("events_lost").asLong(), observation::toString);
        }
        assertEquals(8, measured.size(), measured::toString);
    }

    @Test
    void wrongArgumentsAreReported() throws IOException, InterruptedException {
        Tiercel.assumeCapture();
        try (Tiercel tiercel = Tiercel.start(folder, List.of(), "bench", "live", "--rounds", "2")) {
            assertEquals(1, tiercel.exitStatus(240), tiercel::err);
            assertTrue(tiercel.err().contains("--rounds must be between 3 and 100"), tiercel.err());
        }
        try (Tiercel tiercel = Tiercel.start(folder, List.of(), "bench", "live", "--load", "closes")) {
            assertEquals(2, tiercel.exitStatus(240), tiercel::err);
            assertTrue(tiercel.err().contains("'--load'") && tiercel.err().contains("OPENS"), tiercel.err());
        }
    }

    @Test
    void measuresSomeLoadsOnly() throws IOException, InterruptedException {
        Tiercel.assumeCapture();
        List<String> arguments = List.of("--load", "opens", "--load", "connects", "--scale", "0.001", "--rounds", "1");
        try (Tiercel tiercel = Tiercel.start(
                folder,
                List.of(),
                Stream.concat(Stream.of("bench", "live"), arguments.stream()).toArray(String[]::new))) {
            assertEquals(0, tiercel.exitStatus(400), tiercel::err);
            assertEquals(
                    List.of("2,000 open+close", "300 refused connect"),
                    tiercel.out()
                            .lines()
                            .filter(line -> line.contains(" | tiercel | "))
                            .map(line -> line.split(" \\| ")[0].substring(2))
                            .toList(),
                    tiercel::out);
        }
    }
}
