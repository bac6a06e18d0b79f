package io.tiercel.sensor.start;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class StartTimesTest {
    /** A process whose name looks like further fields, started 100.5 seconds after the boot. */
    private static final String STAT =
            "7 (a) S 9 (b) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 10050 20 21 22 23\n";

    @TempDir
    Path proc;

    private StartTimes at(String uptime) throws IOException {
        Files.createDirectories(proc.resolve("self"));
        Files.writeString(proc.resolve("self/stat"), STAT);
        Files.writeString(proc.resolve("uptime"), uptime + " 999.9\n");
        return new StartTimes(proc);
    }

    @Test
    void theStartBeginsWithTheProcess() throws IOException {
        StartTimes times = at("102.75");
        times.enter();
        assertEquals(OptionalDouble.empty(), times.total(), "not ready yet");
        times.ready();
        assertEquals(2.25, times.total().orElseThrow(), 1e-9);
        double jvm = Objects.requireNonNull(times.phases().get(StartPhase.JVM));
        assertTrue(jvm <= 2.25 && jvm > 2, "without what ran since the entry: " + jvm);
    }

    @Test
    void nothingChangesAfterTheSensorIsReady() throws IOException {
        StartTimes times = at("102.75");
        times.record(StartPhase.ATTACH, 0.5);
        times.record(StartPhase.ATTACH, 0.25);
        times.ready();
        Files.writeString(proc.resolve("uptime"), "110.00 1\n");
        times.record(StartPhase.ATTACH, 4);
        times.record(StartPhase.RULES, 4);
        times.ready();
        assertEquals(0.75, Objects.requireNonNull(times.phases().get(StartPhase.ATTACH)), 1e-9);
        assertEquals(
                EnumSet.of(StartPhase.JVM, StartPhase.ATTACH), times.phases().keySet());
        assertEquals(2.25, times.total().orElseThrow(), 1e-9);
    }

    @Test
    void aPartThatFailsIsMeasured() throws IOException {
        StartTimes times = at("102.75");
        assertThrows(
                IllegalStateException.class,
                () -> times.measure(StartPhase.SPOOL, () -> {
                    throw new IllegalStateException("no disk");
                }));
        assertEquals(Set.of(StartPhase.SPOOL), times.phases().keySet());
    }

    @Test
    void aMachineWithoutProcHasNoTotal() {
        StartTimes times = new StartTimes(proc.resolve("missing"));
        times.measure(StartPhase.RULES, () -> 1);
        times.ready();
        assertEquals(OptionalDouble.empty(), times.total());
        assertEquals(Set.of(StartPhase.RULES), times.phases().keySet());
    }
}
