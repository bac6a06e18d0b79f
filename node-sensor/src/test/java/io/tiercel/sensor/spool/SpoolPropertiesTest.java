package io.tiercel.sensor.spool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.sensor.spool.SpoolOptions.Durability;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;
import org.junit.jupiter.api.Tag;

/**
 * Compares the spool with a model queue while alerts are appended, delivered and truncated, and the spool is reopened.
 */
@Tag("unit")
class SpoolPropertiesTest {
    private static final SpoolOptions SMALL_SEGMENTS = new SpoolOptions(1 << 20, 200, Durability.WITHIN_200_MS);

    private Path folder = Path.of("/");

    @BeforeTry
    void createFolder() throws IOException {
        folder = Files.createTempDirectory("spool");
    }

    @AfterTry
    void deleteFolder() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** One operation on a spool. */
    enum Step {
        APPEND,
        APPEND_LONG,
        DELIVER_ONE,
        DELIVER_SOME,
        PEEK_ONLY,
        CLOSE_AND_REOPEN,
        KILL_AND_REOPEN,
        TEAR_TAIL
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        return Arbitraries.of(Step.class).list().ofMaxSize(60);
    }

    @Property(tries = 150)
    void keepsOrderAndLosesNothing(@ForAll("steps") List<Step> steps) throws Exception {
        Deque<String> expected = new ArrayDeque<>();
        Spool spool = Spool.open(folder, SMALL_SEGMENTS);
        long torn = 0;
        for (int i = 0; i < steps.size(); i++) {
            switch (steps.get(i)) {
                case APPEND -> append(spool, "{\"n\":" + i + "}", expected);
                case APPEND_LONG -> append(spool, "{\"n\":\"" + i + "x".repeat(150) + "\"}", expected);
                case PEEK_ONLY -> spool.peek(3, 100);
                case DELIVER_ONE -> deliver(spool, 1, expected);
                case DELIVER_SOME -> deliver(spool, 4, expected);
                case CLOSE_AND_REOPEN -> {
                    spool.close();
                    spool = Spool.open(folder, SMALL_SEGMENTS);
                }
                case KILL_AND_REOPEN -> spool = reopenAfterKill(spool, folder);
                case TEAR_TAIL -> {
                    spool.close();
                    if (!segments(folder).isEmpty()) {
                        Path last = segments(folder).getLast();
                        byte[] bytes = Files.readAllBytes(last);
                        Files.write(last, join(bytes, new byte[] {0, 0, 0, 40, 1, 2, 3}));
                        torn++;
                    }
                    spool = Spool.open(folder, SMALL_SEGMENTS);
                }
            }
            assertEquals(torn, spool.counts().unreportedDamaged());
        }
        deliver(spool, Integer.MAX_VALUE, expected);
        assertTrue(expected.isEmpty());
        assertEquals(0, spool.counts().unreportedDropped());
        spool.close();
    }

    @Property(tries = 150)
    void flippedBitDamagesOneAlert(@ForAll int where, @ForAll("bits") int bit, @ForAll("sizes") List<Integer> sizes)
            throws Exception {
        List<String> written = new ArrayList<>();
        try (Spool spool = Spool.open(folder, SMALL_SEGMENTS)) {
            for (int i = 0; i < sizes.size(); i++) {
                written.add("{\"n\":\"" + i + "y".repeat(sizes.get(i)) + "\"}");
                spool.append(written.getLast().getBytes(StandardCharsets.UTF_8));
            }
        }
        List<Path> files = segments(folder);
        Path file = files.get(Math.floorMod(where, files.size()));
        byte[] bytes = Files.readAllBytes(file);
        bytes[Math.floorMod(where / files.size(), bytes.length)] ^= (byte) (1 << bit);
        Files.write(file, bytes);

        for (int open = 0; open < 2; open++) { // The damage is counted once, not on every start.
            try (Spool spool = Spool.open(folder, SMALL_SEGMENTS)) {
                List<String> read = new ArrayList<>();
                for (SpooledAlert alert : spool.peek(Integer.MAX_VALUE, 1 << 20)) {
                    read.add(new String(alert.json(), StandardCharsets.UTF_8));
                }
                assertEquals(written.size() - 1, read.size());
                assertTrue(written.containsAll(read));
                assertEquals(1, spool.counts().unreportedDamaged());
                String more = "{\"more\":" + open + "}";
                written.add(more);
                spool.append(more.getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    @Provide
    Arbitrary<Integer> bits() {
        return Arbitraries.integers().between(0, 7);
    }

    @Provide
    Arbitrary<List<Integer>> sizes() {
        return Arbitraries.integers().between(0, 250).list().ofMinSize(1).ofMaxSize(12);
    }

    private static void append(Spool spool, String json, Deque<String> expected) throws SpoolException {
        spool.append(json.getBytes(StandardCharsets.UTF_8));
        expected.add(json);
    }

    private static void deliver(Spool spool, int maximum, Deque<String> expected) throws SpoolException {
        List<SpooledAlert> batch = spool.peek(maximum, 300);
        while (!batch.isEmpty()) {
            for (SpooledAlert alert : batch) {
                assertEquals(expected.poll(), new String(alert.json(), StandardCharsets.UTF_8));
            }
            spool.acknowledge(batch.getLast());
            batch = maximum == Integer.MAX_VALUE ? spool.peek(maximum, 300) : List.of();
        }
    }

    /** Opens a copy of the files without closing the spool, as after a kill. */
    private static Spool reopenAfterKill(Spool spool, Path folder) throws Exception {
        Path copy = Files.createTempDirectory("killed");
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        spool.close();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        try (Stream<Path> files = Files.list(copy)) {
            for (Path file : files.toList()) {
                Files.move(file, folder.resolve(file.getFileName()));
            }
        }
        Files.delete(copy);
        return Spool.open(folder, SMALL_SEGMENTS);
    }

    static List<Path> segments(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(f -> f.toString().endsWith(".spool2")).sorted().toList();
        }
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] both = new byte[first.length + second.length];
        System.arraycopy(first, 0, both, 0, first.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
