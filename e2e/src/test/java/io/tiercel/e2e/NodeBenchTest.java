package io.tiercel.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./tiercel bench node} with a small node. Checks that everything is measured and removed, not how much it costs. */
@Tag("live")
class NodeBenchTest {
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    @TempDir
    private Path folder;

    @BeforeEach
    void assume() {
        Tiercel.assumeCapture();
        assumeTrue(
                cgroupMounts().anyMatch(path -> Files.exists(path.resolve("cgroup.controllers"))),
                "requires cgroup v2");
    }

    private static Stream<Path> cgroupMounts() {
        return Stream.of("/sys/fs/cgroup", "/sys/fs/cgroup/unified").map(Path::of);
    }

    private static Optional<Path> containers() {
        return cgroupMounts()
                .map(path -> path.resolve("tiercel-bench"))
                .filter(Files::isDirectory)
                .findFirst();
    }

    private Tiercel bench(String... options) throws IOException {
        // A shell ignores SIGINT for what it runs in the background, and so would everything that the tests start.
        return Tiercel.start(
                folder,
                List.of("env", "--default-signal=INT"),
                Stream.concat(Stream.of("bench", "node", "--containers", "5"), Stream.of(options))
                        .toArray(String[]::new));
    }

    @Test
    void measuresASmallNode() throws IOException, InterruptedException {
        Path json = folder.resolve("bench.json");
        try (Tiercel tiercel = bench(
                "--run",
                "few",
                "--minutes",
                "0.05",
                "--processes",
                "200",
                "--opens",
                "200",
                "--forks",
                "20",
                "--json",
                json.toString())) {
            assertEquals(0, tiercel.exitStatus(200), tiercel::err);
            assertTrue(tiercel.out().contains("\n| few processes | tiercel | "), tiercel::out);
            assertEquals(List.of(), tiercel.descendants());
        }
        assertEquals(Optional.empty(), containers());
        JsonNode run =
                new ObjectMapper().readTree(json.toFile()).path("observations").path(0);
        assertEquals(1, run.path("containers").asInt(), run::toString);
        assertTrue(run.path("opens").asInt() > 0 && run.path("forks").asInt() > 0, run::toString);
        assertTrue(run.path("alerts_expected").asInt() > 0, run::toString);
        assertEquals(run.path("alerts_expected"), run.path("alerts"), run::toString);
        long events =
                run.path("events_seen").asLong() + run.path("events_filtered").asLong();
        assertTrue(events >= run.path("opens").asLong(), run::toString);
        assertEquals(3, run.path("rss_bytes").size(), run::toString);
    }

    @Test
    void aSignalRemovesTheContainers() throws IOException, InterruptedException {
        try (Tiercel tiercel = bench("--run", "node", "--minutes", "10", "--processes", "50")) {
            Path containers = Awaitility.await()
                    .atMost(TIMEOUT)
                    .until(NodeBenchTest::containers, Optional::isPresent)
                    .orElseThrow();
            Awaitility.await()
                    .atMost(TIMEOUT)
                    .until(() -> Files.readString(containers.resolve("cgroup.events"))
                            .contains("populated 1"));
            tiercel.signal("INT");
            assertEquals(130, tiercel.exitStatus(120), tiercel::err);
            assertEquals(Optional.empty(), containers());
        }
    }

    @Test
    void wrongArgumentsAreReported() throws IOException, InterruptedException {
        try (Tiercel tiercel = bench("--processes", "4")) {
            assertEquals(1, tiercel.exitStatus(240), tiercel::err);
            assertTrue(
                    tiercel.err().contains("--processes must be between 5 (--containers) and 100000"), tiercel.err());
        }
    }
}
