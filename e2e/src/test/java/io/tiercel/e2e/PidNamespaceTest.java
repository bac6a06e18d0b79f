package io.tiercel.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sensor in a pid namespace other than the host's, as in a pod without {@code hostPID}. */
@Tag("live")
class PidNamespaceTest {
    private static final List<String> OWN_NAMESPACE =
            List.of("unshare", "--pid", "--fork", "--mount-proc", "--kill-child");

    @TempDir
    Path folder;

    @Test
    void doctorRefusesAndNamesTheRemedy() throws Exception {
        Tiercel.assumeCapture();
        try (Tiercel doctor = Tiercel.start(folder, OWN_NAMESPACE, "doctor")) {
            assertEquals(2, doctor.exitStatus(60), doctor::err);
            assertTrue(doctor.out().lines().anyMatch(PidNamespaceTest::isRefusal), doctor::out);
        }
    }

    private static boolean isRefusal(String line) {
        return line.startsWith("missing  pid namespace: ") && line.contains("hostPID: true");
    }

    @Test
    void theSensorWarnsAndExemptsNoProcess() throws Exception {
        Tiercel.assumeCapture();
        Path rules = Files.writeString(folder.resolve("rules.yaml"), """
                - rule: Never
                  desc: a test
                  condition: evt.type = mount and proc.name = no-such-program
                  output: "%proc.name"
                  priority: NOTICE
                """);
        try (Tiercel sensor =
                Tiercel.start(folder, OWN_NAMESPACE, "sensor", "--rules", rules.toString(), "--for", "1")) {
            sensor.awaitErr(
                    "does not exempt its own events from the rules, because it runs in a pid namespace of its own");
            assertEquals(0, sensor.exitStatus(60), sensor::err);
            assertTrue(sensor.err().contains("ready: "), sensor::err);
        }
    }
}
