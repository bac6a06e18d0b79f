package io.tiercel.sensor.output;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.sensor.spool.Spool;
import io.tiercel.sensor.spool.SpoolOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** kill -9 at any moment: every alert that was written reaches the server. */
class KillTest {
    private static final int KILLS = 8;

    @TempDir
    Path folder;

    @Test
    void everyWrittenAlertArrives() throws Exception {
        Random random = new Random(11);
        Path notes = folder.resolve("notes");
        Path spoolFolder = folder.resolve("spool");
        try (FaultyServer server = new FaultyServer(0, batch -> random.nextInt(10) == 0 ? 503 : 202)) {
            for (int i = 0; i < KILLS; i++) {
                long until = (Files.exists(notes) ? Files.size(notes) : 0) + 1 + random.nextInt(20_000);
                Process sensor = start(spoolFolder, server.address(), notes);
                await().atMost(Duration.ofSeconds(60))
                        .pollInterval(Duration.ofMillis(7))
                        .failFast(() -> !sensor.isAlive())
                        .until(() -> Files.exists(notes) && Files.size(notes) > until);
                sensor.destroyForcibly().waitFor();
            }
            List<String> lines = Files.readAllLines(notes);
            List<String> begun = ids(lines, '+');
            List<String> written = ids(lines, '=');
            try (Spool spool = Spool.open(spoolFolder, SpoolOptions.standard());
                    Shipper shipper = Shipper.start(
                            spool, new AlertPost(server.address(), Map.of(), TlsFiles.none()), spoolFolder)) {
                long waiting = spool.counts().waiting();
                await().atMost(Duration.ofSeconds(20))
                        .until(() -> shipper.counts().delivered() == waiting);
                assertEquals(0, spool.counts().waiting());
                assertEquals(0, spool.counts().unreportedDropped());
            }
            List<String> received = server.stored();
            Set<String> distinct = new HashSet<>(received);
            System.out.printf(
                    "killed %d times: %d alerts written, %d received, %d of them more than once, %d lost%n",
                    KILLS,
                    written.size(),
                    distinct.size(),
                    received.size() - distinct.size(),
                    written.stream().filter(id -> !distinct.contains(id)).count());
            assertEquals(begun.size(), new HashSet<>(begun).size(), "no id is given twice");
            assertTrue(distinct.containsAll(written));
            assertTrue(new HashSet<>(begun).containsAll(distinct));
        }
    }

    /** Lines that the kill cut off are those of an append that did not return. */
    private static List<String> ids(List<String> lines, char mark) {
        return lines.stream()
                .filter(line -> line.matches("[+=] node/boot/\\d+") && line.charAt(0) == mark)
                .map(line -> line.substring(2))
                .collect(Collectors.toList());
    }

    private static Process start(Path spoolFolder, ServerAddress server, Path notes) throws Exception {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledSensor.class.getName(),
                        spoolFolder.toString(),
                        server.alerts().toString().replace("/alerts", ""),
                        notes.toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }
}
