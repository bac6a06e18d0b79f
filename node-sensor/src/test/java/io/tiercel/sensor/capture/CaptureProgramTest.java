package io.tiercel.sensor.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.HashSet;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every way to read kernel memory gives the same paths. */
class CaptureProgramTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void everyWayOfReadingNamesFilesAndPrograms(int variant) throws Exception {
        for (Check check : Preconditions.check()) {
            assumeTrue(check.passed(), () -> check.name() + ": " + check.detail());
        }
        try (CaptureProgram program = new CaptureProgram(0, true, variant)) {
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
}
