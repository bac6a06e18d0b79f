package io.tiercel.sensor.spool;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.sensor.spool.SpoolOptions.Durability;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class SpoolTest {
    private static final SpoolOptions TINY = new SpoolOptions(2_000, 500, Durability.EACH_APPEND);

    @TempDir
    Path folder;

    private static byte[] json(int n) {
        return "{\"n\":%04d}".formatted(n).getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void fullSpoolDropsOldestAlertsAndCountsThem() throws SpoolException {
        try (Spool spool = Spool.open(folder, TINY)) {
            for (int i = 0; i < 1_000; i++) {
                spool.append(json(i));
                assertTrue(spool.counts().bytes() <= 2_000);
            }
            List<SpooledAlert> kept = spool.peek(1_000, 1 << 20);
            assertArrayEquals(json(999), kept.getLast().json());
            assertEquals(1_000, kept.size() + spool.counts().unreportedDropped());
        }
        try (Spool spool = Spool.open(folder, TINY)) {
            SpoolCounts counts = spool.counts();
            assertEquals(1_000, counts.pending() + counts.unreportedDropped());
            spool.markReported(counts);
        }
        try (Spool spool = Spool.open(folder, TINY)) {
            assertEquals(0, spool.counts().unreportedDropped());
        }
    }

    @Test
    void alertsDroppedInFlightButDeliveredAreNotCounted() throws SpoolException {
        try (Spool spool = Spool.open(folder, TINY)) {
            for (int i = 0; i < 10; i++) {
                spool.append(json(i));
            }
            List<SpooledAlert> inFlight = spool.peek(10, 1 << 20);
            for (int i = 10; i < 200; i++) {
                spool.append(json(i));
            }
            long dropped = spool.counts().unreportedDropped();
            spool.acknowledge(inFlight.getLast());
            assertEquals(dropped - 10, spool.counts().unreportedDropped());
            assertEquals(200, 10 + spool.counts().pending() + spool.counts().unreportedDropped());
        }
    }

    @Test
    void dropsLowestPriorityFirstAndCountsByPriority() throws SpoolException {
        try (Spool spool = Spool.open(folder, TINY)) {
            for (int i = 0; i < 20; i++) {
                spool.append(json(i), 2);
                spool.append(json(i), 6);
            }
            for (int i = 20; i < 40; i++) {
                spool.append(json(i), 2);
            }
            List<SpooledAlert> kept = spool.peek(1_000, 1 << 20);
            assertTrue(kept.size() > 40 && kept.size() < 60, kept.size() + " kept");
            assertEquals(60 - kept.size(), spool.counts().droppedByPriority().get(6));
            for (int i = 40; i < 60; i++) {
                spool.append(json(i), 2);
            }
            long dropped = spool.counts().droppedByPriority().get(2);
            assertTrue(dropped > 0);
            for (int i = 60; i < 100; i++) {
                spool.append(json(i), 7); // All stored records have a higher priority.
            }
            assertEquals(dropped, spool.counts().droppedByPriority().get(2));
            assertTrue(spool.counts().droppedByPriority().get(7) > 20);
        }
        try (Spool spool = Spool.open(folder, TINY)) {
            assertEquals(20, spool.counts().droppedByPriority().get(6));
            assertEquals(120, spool.counts().pending() + spool.counts().unreportedDropped());
        }
    }

    @Test
    void deliversInOrderAcrossPriorities() throws SpoolException {
        SpoolOptions small = new SpoolOptions(1 << 20, 500, Durability.WITHIN_200_MS);
        try (Spool spool = Spool.open(folder, small)) {
            for (int i = 0; i < 100; i++) {
                spool.append(json(i), i * 5 % 8);
            }
            spool.acknowledge(spool.peek(37, 1 << 20).getLast());
        }
        try (Spool spool = Spool.open(folder, small)) {
            spool.append(json(100), 3);
            List<SpooledAlert> rest = spool.peek(1_000, 1 << 20);
            assertEquals(64, rest.size());
            for (int i = 0; i < rest.size(); i++) {
                assertArrayEquals(json(37 + i), rest.get(i).json());
            }
        }
    }

    /** Alerts contain command lines and file names, so no other user of the node may read them. */
    @Test
    void onlyTheOwnerCanAccessTheFolderAndItsFiles() throws Exception {
        Path spoolFolder = Files.createDirectory(
                folder.resolve("spool"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        try (Spool spool = Spool.open(spoolFolder, TINY)) {
            AlertIdGenerator.forNode("node", "boot", spoolFolder).next();
            for (int i = 0; i < 20; i++) {
                spool.append(json(i));
            }
        }
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(spoolFolder)));
        try (Stream<Path> files = Files.list(spoolFolder)) {
            List<Path> all = files.toList();
            assertTrue(all.size() > 4, all.toString());
            for (Path file : all) {
                assertEquals(
                        "rw-------",
                        PosixFilePermissions.toString(Files.getPosixFilePermissions(file)),
                        file.toString());
            }
        }
    }

    @Test
    void onlyOneProcessCanOpenASpool() throws SpoolException {
        try (Spool spool = Spool.open(folder, TINY)) {
            String problem = assertThrows(SpoolException.class, () -> Spool.open(folder, TINY))
                    .getMessage();
            assertTrue(problem.contains(folder + " is in use by another sensor"), problem);
            assertEquals(0, spool.counts().pending());
        }
        Spool.open(folder, TINY).close();
    }

    @Test
    void deletesDeliveredSegments() throws Exception {
        try (Spool spool = Spool.open(folder, SpoolOptions.defaults())) {
            assertFalse(spool.await(1));
        }
        try (Spool spool = Spool.open(folder, TINY)) {
            for (int i = 0; i < 40; i++) {
                spool.append(json(i));
            }
            assertTrue(spool.await(1));
            assertTrue(SpoolPropertiesTest.segments(folder).size() > 1);
            spool.acknowledge(spool.peek(40, 1 << 20).getLast());
            assertEquals(1, SpoolPropertiesTest.segments(folder).size());
            assertFalse(spool.await(1));
        }
    }

    @Test
    void skipsWhenOnlyDamagedRecordsRemain() throws Exception {
        try (Spool spool = Spool.open(folder, TINY)) {
            spool.append(json(1));
            Path file = SpoolPropertiesTest.segments(folder).getFirst();
            byte[] bytes = Files.readAllBytes(file);
            bytes[20] ^= 1;
            Files.write(file, bytes);
            assertEquals(List.of(), spool.peek(10, 100));
            assertEquals(
                    new SpoolCounts(0, bytes.length, Collections.nCopies(Spool.PRIORITIES, 0L), 1), spool.counts());
            assertFalse(spool.await(1));
        }
    }

    @Test
    void rejectsEmptyAndTooLargeAlerts() throws SpoolException {
        try (Spool spool = Spool.open(folder, SpoolOptions.defaults())) {
            assertThrows(SpoolException.class, () -> spool.append(new byte[256 * 1024 + 1]));
            assertThrows(SpoolException.class, () -> spool.append(new byte[0]));
            spool.append(new byte[256 * 1024]);
            assertEquals(1, spool.peek(10, 10).size());
        }
    }

    @Test
    void failsIfTheFolderIsAFile() throws Exception {
        Path file = Files.createFile(folder.resolve("f"));
        String problem =
                assertThrows(SpoolException.class, () -> Spool.open(file, TINY)).getMessage();
        assertTrue(problem.startsWith("cannot open the spool in " + file + ": "), problem);
    }

    @Test
    void idsAreUnique() throws Exception {
        AlertIdGenerator first = AlertIdGenerator.forNode("n", "b", folder, 1_000);
        assertEquals("n/b/1000", first.next());
        assertEquals("n/b/1001", first.next());
        assertEquals(
                "n/b/11000", AlertIdGenerator.forNode("n", "b", folder, 1_002).next());
        assertEquals(
                "n/b/500000",
                AlertIdGenerator.forNode("n", "b", folder, 500_000).next());
        assertEquals("n/c/7", AlertIdGenerator.forNode("n", "c", folder, 7).next());
        Files.delete(folder.resolve("sequence"));
        assertEquals(
                "n/b/600000",
                AlertIdGenerator.forNode("n", "b", folder, 600_000).next());
        assertEquals("n/b/1", AlertIdGenerator.forReplay("n", "b").next());
    }
}
