package io.tiercel.sensor.app;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.sensor.spool.SpoolOptions;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class SpoolSessionTest {
    @TempDir
    Path folder;

    /** A FIFO without a reader hangs when it is opened, as a file on a disk that does not answer. */
    @Test
    void aFolderThatHangsEndsTheStartWithAnError() throws Exception {
        Path fifo = folder.resolve("lock");
        assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
        try {
            UserErrorException e = assertThrows(
                    UserErrorException.class,
                    () -> SpoolSession.open(folder, SpoolOptions.defaults(), Duration.ofSeconds(1)));
            assertEquals(UserErrorException.Kind.ENVIRONMENT, e.kind());
            assertTrue(e.getMessage().contains("disk did not answer within 1 s; repair the disk"), e::getMessage);
        } finally {
            try (InputStream in = Files.newInputStream(fifo)) {
                assertEquals(0, in.available());
                // The abandoned call ends, and creates its files before JUnit deletes the folder.
                await().until(() -> Files.exists(folder.resolve("partitions")));
            }
        }
    }
}
