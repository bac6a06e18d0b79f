package io.tiercel.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./tiercel bench live} and the other benchmarks of the sensor with tiny loads. Checks that everything is measured, not how fast it is. */
@Tag("live")
class LiveBenchTest {
    @TempDir
    private Path folder;

    @Test
    void measuresEveryLoad() throws IOException, InterruptedException {
        Tiercel.assumeCapture();
        String detections = Tiercel.ROOT.resolve("rules/detections").toString();
        Path json = folder.resolve("bench.json");
        try (Tiercel tiercel = bench("--rules", detections, "--json", json.toString())) {
            assertEquals(0, tiercel.exitStatus(400), tiercel::err);
            assertEquals(
                    List.of(
                            "2,000 open+close",
                            "2,000 open+close by a relative path",
                            "2,000 open+close through a symbolic link",
                            "50 seven changes of files",
                            "20 fork+exec",
                            "300 refused connect",
                            "10,000 getppid",
                            "5,000 read of one byte",
                            "2,000 two loads of open+close, 100 reads of /etc/shadow"),
                    titles(tiercel, "tiercel"),
                    tiercel::out);
            assertEquals(List.of(), tiercel.descendants());
        }
        check(json, 9);
    }

    /** The peer is a second sensor of ours. */
    @Test
    void measuresTheLoadsOfAnOptionUnderEverySensor() throws IOException, InterruptedException {
        Tiercel.assumeCapture();
        Path json = folder.resolve("bench.json");
        String peer = Tiercel.ROOT.resolve(".tiercel/image/bin/tiercel") + " sensor --output json --rules "
                + Tiercel.ROOT.resolve("rules/detections");
        try (Tiercel tiercel =
                bench("--load", "opens", "--load", "parallel", "--peer", peer, "--empty", "--json", json.toString())) {
            assertEquals(0, tiercel.exitStatus(400), tiercel::err);
            List<String> loads = List.of("2,000 open+close", "2,000 two loads of open+close, 100 reads of /etc/shadow");
            assertEquals(loads, titles(tiercel, "tiercel"), tiercel::out);
            assertEquals(loads, titles(tiercel, "peer"), tiercel::out);
            assertEquals(loads, titles(tiercel, "empty programs"), tiercel::out);
            assertEquals(List.of(), tiercel.descendants());
        }
        check(json, 6);
    }

    @Test
    void measuresThePhasesOfAStart() throws IOException, InterruptedException {
        Tiercel.assumeCapture();
        Path json = folder.resolve("bench.json");
        try (Tiercel tiercel =
                Tiercel.start(folder, List.of(), "bench", "start", "--starts", "1", "--json", json.toString())) {
            assertEquals(0, tiercel.exitStatus(240), tiercel::err);
            assertTrue(tiercel.out().contains("| tiercel | 1 | "), tiercel::out);
            assertTrue(tiercel.out().contains("\n| programs_load | "), tiercel::out);
            assertEquals(List.of(), tiercel.descendants());
        }
        JsonNode start =
                new ObjectMapper().readTree(json.toFile()).path("starts").path(0);
        double phases = start.path("phase_seconds").path("jvm").asDouble()
                + start.path("phase_seconds").path("rules").asDouble();
        double ready = start.path("ready_seconds").asDouble();
        assertTrue(phases > 0 && phases < ready, start::toString);
        assertTrue(start.path("first_event_seconds").asDouble() > 0, start::toString);
    }

    @Test
    void wrongNumberOfStartsIsReported() throws IOException, InterruptedException {
        Tiercel.assumeCapture();
        try (Tiercel tiercel = Tiercel.start(folder, List.of(), "bench", "start", "--starts", "0")) {
            assertEquals(1, tiercel.exitStatus(240), tiercel::err);
            assertTrue(tiercel.err().contains("--starts must be between 1 and 1000"), tiercel.err());
        }
    }

    private Tiercel bench(String... options) throws IOException {
        return Tiercel.start(
                folder,
                List.of(),
                Stream.concat(Stream.of("bench", "live", "--scale", "0.001", "--rounds", "1"), Stream.of(options))
                        .toArray(String[]::new));
    }

    /** Returns the titles of the loads in a sensor's rows. */
    private static List<String> titles(Tiercel tiercel, String sensor) {
        return tiercel.out()
                .lines()
                .filter(line -> line.matches("\\| [0-9].* \\| " + sensor + " \\|.*"))
                .map(line -> line.split(" \\| ")[0].substring(2))
                .toList();
    }

    private static void check(Path json, int observations) throws IOException {
        JsonNode report = new ObjectMapper().readTree(json.toFile());
        assertEquals(System.getProperty("os.version"), report.path("kernel").asText());
        Set<String> measured = new HashSet<>();
        for (JsonNode observation : report.path("observations")) {
            String sensor = observation.path("sensor").asText();
            measured.add(observation.path("load").asText() + " " + sensor);
            boolean empty = sensor.equals("empty programs");
            assertEquals(
                    empty ? NullNode.getInstance() : observation.path("alerts_expected"),
                    observation.path("alerts"),
                    observation::toString);
            assertTrue(observation.path("slow_down").asDouble() > 0, observation::toString);
            assertTrue(
                    observation.path("rss_bytes").asLong()
                            >= observation.path("pss_bytes").asLong(),
                    observation::toString);
            assertTrue(observation.path("pss_bytes").asLong() > 0, observation::toString);
            assertEquals(!empty, observation.path("first_event_seconds").asDouble() > 0, observation::toString);
            assertEquals(
                    !sensor.equals("tiercel"), observation.path("events_seen").isNull(), observation::toString);
            assertEquals(0, observation.path("events_lost").asLong(), observation::toString);
        }
        assertEquals(observations, measured.size(), measured::toString);
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
}
