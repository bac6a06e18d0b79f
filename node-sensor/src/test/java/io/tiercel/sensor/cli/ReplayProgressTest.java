package io.tiercel.sensor.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The progress of a replay that takes long: the recording comes slowly, from a FIFO. */
@Tag("unit")
class ReplayProgressTest {
    private static final Path ROOT = Path.of(System.getProperty("tiercel.root"));

    /** Contains the header of the recording, which the sensor reads before it is ready. */
    private static final int BEGINNING = 8192;

    /** Much less than the recording has, so that the rest lasts for longer than the terminal waits with progress. */
    private static final int PIECE = 512;

    private static final String LINE = "\r\u001B[Ktiercel: replaying slow.trec: ";

    private static final long BETWEEN_PIECES_MILLIS = 20;

    /** Gives a program a pseudo-terminal as standard error, and copies what it writes there. */
    private static final String TERMINAL = """
            import os, pty, subprocess, sys
            main, side = pty.openpty()
            program = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=side)
            os.close(side)
            while True:
                try:
                    text = os.read(main, 4096)
                except OSError:
                    break
                if not text:
                    break
                os.write(1, text)
            sys.exit(program.wait())
            """;

    @TempDir
    Path folder;

    @Test
    @Timeout(120)
    void aTerminalShowsHowMuchWasReplayed() throws Exception {
        Path fifo = folder.resolve("slow.trec");
        assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
        Path shown = folder.resolve("shown");
        Process sensor = new ProcessBuilder(
                        "python3",
                        "-c",
                        TERMINAL,
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Tiercel.class.getName(),
                        "sensor",
                        "--rules",
                        ROOT.resolve("rules/detections").toString(),
                        "--replay",
                        fifo.toString())
                .redirectErrorStream(true)
                .redirectOutput(shown.toFile())
                .start();
        try {
            writeSlowly(Files.readAllBytes(ROOT.resolve("rules/tests/recordings/demo.trec")), fifo, shown);
            assertTrue(sensor.waitFor(1, TimeUnit.MINUTES), () -> read(shown));
            assertEquals(0, sensor.exitValue(), () -> read(shown));
        } finally {
            sensor.descendants().forEach(ProcessHandle::destroyForcibly);
            sensor.destroyForcibly();
        }
        assertTrue(read(shown).contains(LINE), () -> read(shown));
        assertTrue(
                read(shown).lastIndexOf("\r\u001B[K") > read(shown).lastIndexOf(LINE),
                "the end erases the line: " + read(shown));
    }

    /** Opens the FIFO for reading too, so that it does not wait for the sensor. */
    private static void writeSlowly(byte[] recording, Path fifo, Path shown) throws IOException, InterruptedException {
        try (FileChannel writer = FileChannel.open(fifo, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            int at = writer.write(ByteBuffer.wrap(recording, 0, BEGINNING));
            await().until(() -> read(shown).contains("ready"));
            while (at < recording.length && !read(shown).contains(LINE)) {
                at += writer.write(ByteBuffer.wrap(recording, at, Math.min(PIECE, recording.length - at)));
                Thread.sleep(BETWEEN_PIECES_MILLIS);
            }
            ByteBuffer rest = ByteBuffer.wrap(recording, at, recording.length - at);
            while (rest.hasRemaining()) {
                writer.write(rest);
            }
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
