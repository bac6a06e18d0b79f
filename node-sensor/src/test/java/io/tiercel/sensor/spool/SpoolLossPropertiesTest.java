package io.tiercel.sensor.spool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.sensor.spool.SpoolOptions.Durability;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;
import org.junit.jupiter.api.Tag;

/** Tests a small and damaged spool: each alert is delivered, or counted once as dropped or damaged. */
@Tag("unit")
class SpoolLossPropertiesTest {
    private static final SpoolOptions TINY = new SpoolOptions(1_500, 300, Durability.WITHIN_200_MS);

    private Path folder = Path.of("/");
    /** Flipped bits. Flipping a bit again would repair a record that is already counted as damaged. */
    private final Set<String> flipped = new HashSet<>();

    @BeforeTry
    void createFolder() throws IOException {
        folder = Files.createTempDirectory("spool");
        flipped.clear();
    }

    @AfterTry
    void deleteFolder() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** One operation. The number selects a position or an amount. */
    record Step(Operation operation, int number) {
        enum Operation {
            APPEND,
            APPEND_SOME,
            DELIVER,
            PEEK_APPEND_ACKNOWLEDGE,
            REOPEN,
            FLIP,
            TRUNCATE
        }
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        return Combinators.combine(
                        Arbitraries.of(Step.Operation.class),
                        Arbitraries.integers().between(0, 100_000))
                .as(Step::new)
                .list()
                .ofMaxSize(60);
    }

    @Property(tries = 300)
    void eachAlertIsDeliveredOrCountedOnce(@ForAll("steps") List<Step> steps) throws Exception {
        Spool spool = Spool.open(folder, TINY);
        long appended = 0;
        long delivered = 0;
        for (Step step : steps) {
            int number = step.number();
            switch (step.operation()) {
                case APPEND -> append(spool, appended++, number % 8);
                case APPEND_SOME -> {
                    for (int i = 0; i < 20; i++) {
                        append(spool, appended++, (number + i * i) % 8);
                    }
                }
                case DELIVER -> delivered += acknowledge(spool, spool.peek(1 + number % 9, 1 << 20));
                case PEEK_APPEND_ACKNOWLEDGE -> {
                    List<SpooledAlert> batch = spool.peek(1 + number % 9, 1 << 20);
                    for (int i = 0; i < 12; i++) {
                        append(spool, appended++, (number + i) % 8);
                    }
                    delivered += acknowledge(spool, batch);
                }
                case REOPEN -> {
                    spool.close();
                    spool = Spool.open(folder, TINY);
                }
                case FLIP, TRUNCATE -> {
                    spool.close();
                    damage(number, step.operation() == Step.Operation.FLIP);
                    spool = Spool.open(folder, TINY);
                }
            }
            assertTrue(spool.counts().bytes() <= TINY.limitBytes());
        }
        List<SpooledAlert> rest = spool.peek(Integer.MAX_VALUE, 1 << 20);
        while (!rest.isEmpty()) {
            delivered += acknowledge(spool, rest);
            rest = spool.peek(Integer.MAX_VALUE, 1 << 20);
        }
        SpoolCounts counts = spool.counts();
        assertEquals(0, counts.pending());
        assertEquals(appended, delivered + counts.unreportedDropped() + counts.unreportedDamaged());
        spool.close();
    }

    /** Whenever a record is dropped, no record of a lower priority is stored. */
    @Property(tries = 200)
    void neverDropsHigherPrioritiesForLowerOnes(@ForAll("steps") List<Step> steps) throws Exception {
        try (Spool spool = Spool.open(folder, TINY)) {
            long n = 0;
            for (Step step : steps) {
                if (step.operation() == Step.Operation.DELIVER) {
                    acknowledge(spool, spool.peek(1 + step.number() % 9, 1 << 20));
                    continue;
                }
                List<Long> before = spool.counts().droppedByPriority();
                append(spool, n++, step.number() % 8);
                List<Long> after = spool.counts().droppedByPriority();
                for (SpooledAlert stored : spool.peek(Integer.MAX_VALUE, 1 << 20)) {
                    int priority = stored.json()[stored.json().length - 2] - '0';
                    for (int more = 0; more < priority; more++) {
                        assertEquals(before.get(more), after.get(more), "dropped, with less urgent ones stored");
                    }
                }
            }
        }
    }

    private static void append(Spool spool, long n, int priority) throws SpoolException {
        spool.append(
                ("{\"n\":\"" + n + "z".repeat((int) (n % 40)) + "\",\"u\":" + priority + "}")
                        .getBytes(StandardCharsets.UTF_8),
                priority);
    }

    private static int acknowledge(Spool spool, List<SpooledAlert> batch) throws SpoolException {
        if (!batch.isEmpty()) {
            spool.acknowledge(batch.getLast());
        }
        return batch.size();
    }

    private void damage(int where, boolean flip) throws IOException {
        List<Path> files = new ArrayList<>(SpoolPropertiesTest.segments(folder));
        files.removeIf(file -> file.toFile().length() == 0);
        if (files.isEmpty()) {
            return;
        }
        Path file = files.get(where % files.size());
        byte[] bytes = Files.readAllBytes(file);
        int at = where / files.size() % bytes.length;
        if (flip && flipped.add(file + " " + at + " " + where % 8)) {
            bytes[at] ^= (byte) (1 << where % 8);
            Files.write(file, bytes);
        } else if (!flip) {
            Files.write(file, Arrays.copyOf(bytes, at));
        }
    }
}
