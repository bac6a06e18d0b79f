package io.tiercel.sensor.spool;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tiercel.sensor.spool.SpoolOptions.Durability;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests a disk that becomes full before the spool does. */
@Tag("live")
class FullDiskTest {
    private static final SpoolOptions LARGER_THAN_DISK = new SpoolOptions(1 << 20, 32 * 1024, Durability.WITHIN_200_MS);

    @TempDir
    Path folder;

    @Test
    void deliversAcceptedAlertsAndRejectsTheRest() throws Exception {
        assumeTrue(System.getProperty("user.name").equals("root"), "skipped: mounting a small file system takes root");
        assertEquals(0, run("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", folder.toString()));
        try {
            List<byte[]> taken = fill();
            assertTrue(taken.size() > 100, taken.size() + " taken");
            try (Spool spool = Spool.open(folder, LARGER_THAN_DISK)) {
                List<SpooledAlert> kept = spool.peek(1_000, 1 << 20);
                assertEquals(taken.size(), kept.size());
                for (int i = 0; i < kept.size(); i++) {
                    assertArrayEquals(taken.get(i), kept.get(i).json());
                }
                spool.acknowledge(kept.getLast());
                assertEquals(0, spool.counts().pending());
                assertEquals(
                        0, spool.counts().unreportedDropped() + spool.counts().unreportedDamaged());
                spool.append(alert(1_000), 3);
                assertEquals(1, spool.counts().pending());
            }
        } finally {
            assertEquals(0, run("umount", folder.toString()));
        }
    }

    private List<byte[]> fill() throws SpoolException {
        List<byte[]> taken = new ArrayList<>();
        int refused = 0;
        try (Spool spool = Spool.open(folder, LARGER_THAN_DISK)) {
            for (int n = 0; refused < 50; n++) {
                byte[] alert = alert(n);
                try {
                    spool.append(alert, n % 3);
                    taken.add(alert);
                } catch (SpoolException e) {
                    refused++;
                }
            }
            assertEquals(taken.size(), spool.counts().pending());
            spool.acknowledge(spool.peek(1, 1).getFirst());
            taken.removeFirst();
        }
        return taken;
    }

    private static byte[] alert(int n) {
        return ("{\"n\":\"" + n + "x".repeat(1_000) + "\"}").getBytes(StandardCharsets.UTF_8);
    }

    private static int run(String... command) throws Exception {
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }
}
