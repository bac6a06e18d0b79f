package io.tiercel.sensor.output;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.http.TlsFiles;
import io.tiercel.sensor.spool.Spool;
import io.tiercel.sensor.spool.SpoolOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills the sensor, the receiver, or both, at random times: every alert that was written is received. */
@Tag("packaged")
class KillTest {
    private static final int KILLS = 50;

    @TempDir
    Path folder;

    @Test
    void everyWrittenAlertIsReceived() throws Exception {
        Random random = new Random(11);
        Path log = folder.resolve("notes");
        Path stored = folder.resolve("stored");
        Path spoolFolder = folder.resolve("spool");
        int port = freePort();
        ServerUrl address = ServerUrl.parse("http://127.0.0.1:" + port);
        Process receiver = receiver(port, stored);
        Process sensor = sensor(spoolFolder, address, log);
        try {
            int[] killed = new int[3];
            for (int i = 0; i < KILLS; i++) {
                long until = size(log) + 1 + random.nextInt(20_000);
                Process writing = sensor;
                await().atMost(Duration.ofSeconds(60))
                        .pollInterval(Duration.ofMillis(7))
                        .failFast(() -> !writing.isAlive())
                        .until(() -> size(log) > until);
                int victim = random.nextInt(3); // the sensor, the receiver, both
                killed[victim]++;
                if (victim != 1) {
                    sensor.destroyForcibly().waitFor();
                }
                if (victim != 0) {
                    receiver.destroyForcibly().waitFor();
                    receiver = receiver(port, stored);
                }
                if (victim != 1) {
                    sensor = sensor(spoolFolder, address, log);
                }
            }
            sensor.destroyForcibly().waitFor();
            List<String> lines = Files.readAllLines(log);
            List<String> started = ids(lines, '+');
            List<String> written = ids(lines, '=');
            try (Spool spool = Spool.open(spoolFolder, SpoolOptions.defaults());
                    Shipper _ = Shipper.start(
                            spool, new HttpBatchTarget(address, Map.of(), TlsFiles.none()), spoolFolder)) {
                await().atMost(Duration.ofSeconds(60))
                        .until(() -> spool.counts().pending() == 0);
                assertEquals(0, spool.counts().unreportedDropped());
            }
            List<String> received = Files.readAllLines(stored).stream()
                    .filter(line -> line.matches("node/boot/\\d+"))
                    .toList();
            Set<String> distinct = new HashSet<>(received);
            System.out.printf(
                    "killed the sensor %d times, the receiver %d times, both %d times:"
                            + " %d alerts written, %d received, %d of them more than once, %d lost%n",
                    killed[0],
                    killed[1],
                    killed[2],
                    written.size(),
                    distinct.size(),
                    received.size() - distinct.size(),
                    written.stream().filter(id -> !distinct.contains(id)).count());
            assertEquals(started.size(), new HashSet<>(started).size(), "no id is assigned twice");
            assertTrue(distinct.containsAll(written));
            assertTrue(new HashSet<>(started).containsAll(distinct));
        } finally {
            sensor.destroyForcibly().waitFor();
            receiver.destroyForcibly().waitFor();
        }
    }

    private static long size(Path file) throws IOException {
        return Files.exists(file) ? Files.size(file) : 0;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Ignores truncated lines, which belong to an append that did not return. */
    private static List<String> ids(List<String> lines, char marker) {
        return lines.stream()
                .filter(line -> line.matches("[+=] node/boot/\\d+") && line.charAt(0) == marker)
                .map(line -> line.substring(2))
                .collect(Collectors.toList());
    }

    private static Process sensor(Path spoolFolder, ServerUrl server, Path log) throws IOException {
        return start(
                KilledSensor.class,
                spoolFolder.toString(),
                server.alertsEndpoint().toString().replace("/alerts", ""),
                log.toString());
    }

    private static Process receiver(int port, Path stored) throws IOException {
        return start(KilledReceiver.class, Integer.toString(port), stored.toString());
    }

    private static Process start(Class<?> program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }
}
