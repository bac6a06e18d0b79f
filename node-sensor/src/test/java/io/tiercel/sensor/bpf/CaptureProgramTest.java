package io.tiercel.sensor.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tiercel.sensor.bpf.host.CaptureException;
import io.tiercel.sensor.bpf.load.ArgumentSource;
import io.tiercel.sensor.bpf.load.CaptureSizes;
import io.tiercel.sensor.bpf.load.CompiledObject;
import io.tiercel.sensor.bpf.load.ReadVariant;
import io.tiercel.sensor.bpf.load.RingBufferSize;
import io.tiercel.sensor.bpf.record.RecordView;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The kernel loads every variant of the capture program, and all capture the same paths. */
@Tag("live")
class CaptureProgramTest {
    /** Large enough for what other programs on the machine do before this test reads the ring. */
    private static final int RING_SIZE = RingBufferSize.forCpus(32);

    private static final String OPEN_OFTEN = "import os, sys\n"
            + "for i in range(500): os.close(os.open(sys.argv[1], os.O_RDONLY))\n"
            + "os.open(sys.argv[2], os.O_RDONLY)";

    @TempDir
    private Path folder;

    private static void assumeCaptureIsPossible() {
        for (PreconditionResult check : Preconditions.check()) {
            assumeTrue(check.passed(), () -> check.name() + ": " + check.detail());
        }
    }

    private static LoadOptions options(ReadVariant variant, boolean preemptible) {
        return new LoadOptions(0, true, CaptureSizes.withRing(RING_SIZE), ArgumentSource.HOOKS, variant, preemptible);
    }

    /** Counts records by kind and first name until a name was seen. */
    private static Map<String, Integer> countUntil(CaptureProgram program, String last) {
        RecordView view = new RecordView();
        Map<String, Integer> counts = new HashMap<>();
        Awaitility.await().pollInSameThread().until(() -> {
            program.ring()
                    .drain(
                            (buffer, offset, length) -> {
                                assertTrue(view.wrap(buffer, offset, length));
                                counts.merge(view.kind() + " " + view.name(0), 1, Integer::sum);
                            },
                            100_000);
            return counts.containsKey(last);
        });
        return counts;
    }

    @ParameterizedTest
    @EnumSource(ReadVariant.class)
    void everyVariantCapturesPathsAndPrograms(ReadVariant variant) throws Exception {
        assumeCaptureIsPossible();
        try (CaptureProgram program = new CaptureProgram(CompiledObject.read(), options(variant, false))) {
            assumeTrue(variant == ReadVariant.TYPED || program.variant().name().equals(variant.label()));
            assertFalse(
                    program.variant().fallback(),
                    () -> "the kernel loaded variant " + program.variant().name());
            program.selectEventTypes(Set.of("openat"));
            new ProcessBuilder("cat", "/proc/self/../version").start().waitFor();
            Map<String, Integer> records = countUntil(program, "1 /proc/version");
            assertTrue(records.containsKey("5 /usr/bin/cat"), records::toString);
        }
    }

    private static CaptureProgram preemptible() {
        try {
            return new CaptureProgram(CompiledObject.read(), options(ReadVariant.TYPED, true));
        } catch (CaptureException e) {
            assumeFalse(
                    String.valueOf(e.getMessage()).contains("preempt"),
                    "programs cannot disable preemption before Linux 6.15");
            throw e;
        }
    }

    /** On such a kernel a primary and a fallback program see each syscall, and only one may emit it. */
    @Test
    void emitsEachEventOnceIfTracepointsArePreemptible() throws Exception {
        assumeCaptureIsPossible();
        Path often = Files.createFile(folder.toRealPath().resolve("often"));
        Path last = Files.createFile(folder.toRealPath().resolve("last"));
        try (CaptureProgram program = preemptible()) {
            assertEquals("typed", program.variant().name());
            assertFalse(program.variant().fallback());
            program.selectEventTypes(Set.of("openat"));
            new ProcessBuilder("python3", "-S", "-c", OPEN_OFTEN, often.toString(), last.toString())
                    .start()
                    .waitFor();
            assertEquals(500, countUntil(program, "1 " + last).get("1 " + often));
        }
    }

    @Test
    void theObjectInTheJarLoadsInItsFastestVariant() {
        assumeCaptureIsPossible();
        PreconditionResult result = Preconditions.checkProgram();
        assertTrue(result.passed(), result::toString);
        assertEquals("", result.remedy(), result::toString);
    }
}
