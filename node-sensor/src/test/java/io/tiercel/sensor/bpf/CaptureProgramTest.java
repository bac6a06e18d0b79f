package io.tiercel.sensor.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every way to read kernel memory gives the same paths. */
class CaptureProgramTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void everyWayOfReadingNamesFilesAndPrograms(int variant) throws Exception {
        for (PreconditionResult check : Preconditions.check()) {
            assumeTrue(check.passed(), () -> check.name() + ": " + check.detail());
        }
        try (CaptureProgram program = new CaptureProgram(0, true, RingBufferSize.here(), variant, false)) {
            assumeTrue(variant == 0 || program.readVariant() == variant);
            program.want(Set.of("openat"));
            new ProcessBuilder("cat", "/proc/self/../version").start().waitFor();
            RecordView view = new RecordView();
            Set<String> names = new HashSet<>();
            Awaitility.await().pollInSameThread().until(() -> {
                program.ring()
                        .drain(
                                (buffer, offset, length) -> {
                                    assertEquals(true, view.wrap(buffer, offset, length));
                                    names.add(view.kind() + " " + view.name(0));
                                },
                                100_000);
                return names.contains("1 /proc/version") && names.contains("5 /usr/bin/cat");
            });
            assertEquals(0, program.losses().events(true));
        }
    }

    /** On such a kernel two programs see each call, of which one may do the work. */
    @Test
    void wherePreemptionIsExpectedEachEventStillComesOnce(@TempDir Path folder) throws Exception {
        for (PreconditionResult check : Preconditions.check()) {
            assumeTrue(check.passed(), () -> check.name() + ": " + check.detail());
        }
        KernelRelease kernel = KernelRelease.here();
        assumeTrue(
                kernel.major() > 6 || (kernel.major() == 6 && kernel.minor() >= 15),
                "preemption cannot be switched off for all of a program before Linux 6.15");
        Path often = Files.createFile(folder.toRealPath().resolve("often"));
        Path last = Files.createFile(folder.toRealPath().resolve("last"));
        try (CaptureProgram program = new CaptureProgram(0, true, RingBufferSize.here(), 0, true)) {
            assertEquals(0, program.readVariant());
            program.want(Set.of("openat"));
            String script = "import os, sys\nfor i in range(500): os.close(os.open(sys.argv[1], os.O_RDONLY))\n"
                    + "os.open(sys.argv[2], os.O_RDONLY)";
            new ProcessBuilder("python3", "-S", "-c", script, often.toString(), last.toString())
                    .start()
                    .waitFor();
            RecordView view = new RecordView();
            Map<String, Integer> times = new HashMap<>();
            Awaitility.await().pollInSameThread().until(() -> {
                program.ring()
                        .drain(
                                (buffer, offset, length) -> {
                                    assertEquals(true, view.wrap(buffer, offset, length));
                                    times.merge(view.kind() + " " + view.name(0), 1, Integer::sum);
                                },
                                100_000);
                return times.containsKey("1 " + last);
            });
            assertEquals(500, times.get("1 " + often));
            assertEquals(0, program.losses().events(true));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "6.18.44-fc-v657, false",
        "7.0.0, true",
        "7.3.4+deb13-cloud-amd64, true",
        "10.1-rc1, true",
        "5.10.0-32, false",
        "none, false"
    })
    void aReleaseTellsWhetherTracepointsArePreemptible(String release, boolean preemptible) {
        assertEquals(preemptible, KernelRelease.of(release).hasPreemptibleTracepoints());
    }
}
