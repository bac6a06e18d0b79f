package io.tiercel.sensor.recording;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.sensor.bpf.host.CaptureException;
import io.tiercel.sensor.bpf.record.RecordLayout;
import io.tiercel.sensor.bpf.record.RecordView;
import io.tiercel.sensor.process.NodeIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class RecordingTest {
    private static final RecordingHeader HEADER =
            new RecordingHeader(new NodeIdentity("nöde", "boot"), -5, Set.of("openat", "execve"));

    @TempDir
    private Path dir;

    private Path write(int records, long maxBytes) {
        Path file = dir.resolve("a.trec");
        try (RecordingWriter writer = new RecordingWriter(file, maxBytes, HEADER)) {
            for (int i = 0; i < records; i++) {
                byte[] bytes = new byte[20 + i % 5000];
                bytes[0] = (byte) i;
                writer.write(ByteBuffer.wrap(bytes), 0, bytes.length);
            }
        }
        return file;
    }

    @Test
    void readsWhatWasWritten() throws IOException {
        Path file = write(3000, 1 << 30);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        try (RecordingReader reader = new RecordingReader(file)) {
            assertEquals(HEADER, reader.header());
            for (int i = 0; i < 3000; i++) {
                assertTrue(reader.next());
                byte[] bytes = new byte[reader.length()];
                reader.content().get(0, bytes);
                byte[] expected = new byte[20 + i % 5000];
                expected[0] = (byte) i;
                assertArrayEquals(expected, bytes);
            }
            assertFalse(reader.next());
        }
    }

    @Test
    void stopsAtTheLimitAndStaysReadable() throws IOException {
        Path file = write(1000, 4000);
        assertTrue(Files.size(file) <= 4000);
        try (RecordingReader reader = new RecordingReader(file)) {
            int n = 0;
            while (reader.next()) {
                n++;
            }
            assertTrue(n > 20, "records " + n);
        }
    }

    @Test
    void detectsDamageAnywhere() throws IOException {
        Path file = write(10, 1 << 20);
        byte[] good = Files.readAllBytes(file);
        for (int at = 12; at < good.length; at++) {
            byte[] bad = good.clone();
            bad[at] ^= 4;
            Files.write(file, bad);
            assertThrows(CaptureException.class, () -> readAll(file), "byte " + at);
        }
    }

    @Test
    void reportsTheOffsetOfATruncation() throws IOException {
        Path file = write(10, 1 << 20);
        byte[] good = Files.readAllBytes(file);
        int last = good.length - 8 - 29;
        Files.write(file, Arrays.copyOf(good, good.length - 1));
        CaptureException e = assertThrows(CaptureException.class, () -> readAll(file));
        assertEquals(
                "recording " + file + " is truncated at byte " + last + "; earlier events were replayed",
                e.getMessage());
    }

    @Test
    void rejectsOtherFiles() throws IOException {
        Path file = dir.resolve("b");
        assertTrue(assertThrows(CaptureException.class, () -> new RecordingReader(file))
                .getMessage()
                .contains("does not exist"));
        Files.writeString(file, "short");
        assertTrue(assertThrows(CaptureException.class, () -> new RecordingReader(file))
                .getMessage()
                .contains("shorter"));
        Files.writeString(file, "not a recording at all");
        assertTrue(assertThrows(CaptureException.class, () -> new RecordingReader(file))
                .getMessage()
                .contains("is not a recording"));
    }

    private static void readAll(Path file) {
        try (RecordingReader reader = new RecordingReader(file)) {
            while (reader.next()) {}
        }
    }

    @Test
    void aSlowDiskLosesRecordsAndTheRecordingSaysHowMany() throws Exception {
        Path fifo = dir.resolve("fifo");
        assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
        CompletableFuture<byte[]> read = new CompletableFuture<>();
        CountDownLatch release = new CountDownLatch(1);
        Thread reader = Thread.ofVirtual().start(() -> {
            try (InputStream in = Files.newInputStream(fifo)) {
                release.await();
                read.complete(in.readAllBytes());
            } catch (IOException | InterruptedException e) {
                read.completeExceptionally(e);
            }
        });
        int records = 3_000;
        RecordingQueue queue = new RecordingQueue(fifo, new RecordingWriter(fifo, 1 << 30, HEADER), 1 << 20);
        byte[] record = new byte[1_000];
        for (int i = 0; i < records; i++) {
            queue.write(ByteBuffer.wrap(record), 0, record.length);
            queue.flush();
        }
        assertTrue(queue.lost() > 0, "the queue is bounded, and nobody reads");
        release.countDown();
        queue.close();
        reader.join();
        Path file = Files.write(dir.resolve("copy.trec"), read.get());
        long marked = 0;
        try (RecordingReader recording = new RecordingReader(file)) {
            RecordView view = new RecordView();
            while (recording.next()) {
                if (recording.length() != record.length
                        && view.wrap(recording.content(), 0, recording.length())
                        && view.kind() == RecordLayout.RECORD_GAP) {
                    marked += view.result();
                }
            }
        }
        assertEquals(queue.lost(), marked);
    }
}
