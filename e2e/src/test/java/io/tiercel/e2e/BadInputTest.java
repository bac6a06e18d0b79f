package io.tiercel.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Error messages and exit statuses for wrong input. */
@Tag("packaged")
class BadInputTest {
    @TempDir
    Path folder;

    @Test
    void wrongRuleIsReportedWithItsLocationAndNothingStarts() throws Exception {
        Path rules = Files.writeString(folder.resolve("my-rules.yaml"), """
            - rule: Hosts file edited
              desc: Somebody changed name resolution.
              condition: evt.type = openat and fd.nam = /etc/hosts
              output: Hosts file edited by %proc.name
              priority: WARNING
            """);
        try (Tiercel tiercel = Tiercel.start(folder, List.of(), "sensor", "--rules", rules.toString())) {
            assertEquals(1, tiercel.exitStatus(60));
            assertTrue(tiercel.err().contains("my-rules.yaml:3:36: error:"), tiercel::err);
            assertTrue(tiercel.err().contains("did you mean 'fd.name'?"), tiercel::err);
            assertTrue(tiercel.err().contains("nothing was started"), tiercel::err);
        }
    }

    @Test
    void rulesTooLargeForMemoryAreRejected() throws Exception {
        Path rules = Files.writeString(
                folder.resolve("huge.yaml"), "- list: x\n  items: [" + "item, ".repeat(1_000_000) + "item]\n");
        try (Tiercel tiercel = Tiercel.start(folder, List.of(), "sensor", "--rules", rules.toString())) {
            assertEquals(1, tiercel.exitStatus(60));
            assertTrue(tiercel.err().contains("MiB of memory"), tiercel::err);
        }
    }

    @Test
    void missingPrivilegesAreReportedInOneLine() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "dropping privileges requires root");
        List<String> nobody = List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
        try (Tiercel tiercel = Tiercel.start(folder, nobody, "sensor")) {
            assumeTrue(126 != tiercel.exitStatus(60), "other users cannot read the project's folder");
            assertEquals(2, tiercel.exitStatus(60));
            assertEquals(1, tiercel.err().lines().count(), tiercel::err);
            assertTrue(tiercel.err().contains("CAP_BPF"), tiercel::err);
        }
    }

    @Test
    void unknownCommandIsReported() throws Exception {
        try (Tiercel tiercel = Tiercel.start(folder, List.of(), "rulez")) {
            assertEquals(2, tiercel.exitStatus(60));
            assertTrue(tiercel.err().contains("tiercel rules"), tiercel::err);
        }
    }
}
