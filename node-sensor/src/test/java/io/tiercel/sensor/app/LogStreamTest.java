package io.tiercel.sensor.app;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class LogStreamTest {
    private static final int LINES = 20_000;

    private final Semaphore reader = new Semaphore(0);
    private final ByteArrayOutputStream read = new ByteArrayOutputStream();

    /** A pipe whose reader takes a number of writes and then stops. */
    private final PrintStream pipe = new PrintStream(new OutputStream() {
        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            reader.acquireUninterruptibly();
            synchronized (read) {
                read.write(bytes, offset, length);
            }
        }
    });

    private List<String> lines() {
        synchronized (read) {
            return read.toString(StandardCharsets.UTF_8).lines().toList();
        }
    }

    @Test
    void writesLinesInOrder() {
        reader.release(1_000);
        try (LogStream log = LogStream.start(pipe)) {
            log.println("first ä");
            log.print("sec");
            log.println("ond");
            log.drain();
            assertEquals(List.of("first ä", "second"), lines());
        }
    }

    @Test
    void aStoppedReaderDelaysNobodyAndTheLossIsReported() {
        long before = LogStream.droppedLines();
        LogStream log = LogStream.start(pipe);
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            for (int i = 0; i < LINES; i++) {
                log.println("line " + i + " of a log that nobody reads");
            }
        });
        long dropped = LogStream.droppedLines() - before;
        assertTrue(dropped > 0 && dropped < LINES, () -> dropped + " lines dropped");
        reader.release(Integer.MAX_VALUE / 2);
        await().until(() -> lines().size() == LINES - dropped + 1);
        assertTrue(lines().get(1).contains(dropped + " lines of the log were dropped"), () -> lines().get(1));
        log.close();
    }

    @Test
    void closingDoesNotWaitForAStoppedReader() {
        LogStream log = LogStream.start(pipe);
        log.println("never read");
        assertTimeoutPreemptively(Duration.ofSeconds(20), log::close);
    }
}
