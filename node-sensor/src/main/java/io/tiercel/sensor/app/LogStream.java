package io.tiercel.sensor.app;

import io.tiercel.sensor.thread.SupervisedThread;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Standard error that never makes a thread wait. A program that reads the log may stop reading, and the event thread logs too.
 *
 * <p>Lines wait in memory until its own thread has written them. Beyond a limit they are dropped and counted. When the log is
 * written again, a line reports how many were dropped.
 */
public final class LogStream extends PrintStream {
    /** The maximum size of the lines that wait, in bytes. */
    private static final int MAX_BYTES = 256 << 10;

    private static final Duration DRAIN_TIME = Duration.ofMillis(500);
    private static final long DRAIN_PAUSE_MILLIS = 1;

    /** Dropped lines of all log streams: a process has one standard error. */
    private static final AtomicLong DROPPED = new AtomicLong();

    private final Lines lines;
    private final SupervisedThread thread;

    private LogStream(Lines lines) {
        super(lines, false, StandardCharsets.UTF_8);
        this.lines = lines;
        this.thread = SupervisedThread.start("log", lines::writeAll);
    }

    /**
     * Starts a thread that writes to a stream.
     *
     * @param target the stream, which may block; in UTF-8
     */
    public static LogStream start(PrintStream target) {
        return new LogStream(new Lines(target));
    }

    /** Returns the number of lines that were dropped since the start of the process. */
    public static long droppedLines() {
        return DROPPED.get();
    }

    /** Waits until all lines are written, for half a second at most. */
    void drain() {
        long end = System.nanoTime() + DRAIN_TIME.toNanos();
        try {
            while (lines.pendingBytes.get() > 0 && System.nanoTime() - end < 0) {
                Thread.sleep(DRAIN_PAUSE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Writes the lines that wait, for half a second at most, and ends the thread. Further lines are ignored. */
    @Override
    public void close() {
        super.close();
        drain();
        thread.stop();
    }

    /** The lines that wait. */
    private static final class Lines extends OutputStream {
        private final PrintStream target;
        private final Queue<byte[]> queue = new ConcurrentLinkedQueue<>();
        private final Semaphore available = new Semaphore(0);
        private final AtomicLong pendingBytes = new AtomicLong();

        /** The beginning of a line that is not complete. The stream's lock protects it. */
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();

        private long reportedDropped = DROPPED.get();

        Lines(PrintStream target) {
            this.target = target;
        }

        @Override
        public void write(int b) {
            line.write(b);
            if (b == '\n') {
                add(line.toByteArray());
                line.reset();
            }
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            for (int i = offset; i < offset + length; i++) {
                write(bytes[i]);
            }
        }

        private void add(byte[] bytes) {
            if (pendingBytes.get() + bytes.length > MAX_BYTES) {
                DROPPED.incrementAndGet();
                return;
            }
            pendingBytes.addAndGet(bytes.length);
            queue.add(bytes);
            available.release();
        }

        private void writeAll() throws InterruptedException {
            while (true) {
                available.acquire();
                byte[] next = queue.poll();
                if (next != null) {
                    try {
                        writeLine(next);
                    } finally {
                        pendingBytes.addAndGet(-next.length);
                    }
                }
            }
        }

        private void writeLine(byte[] next) {
            target.write(next, 0, next.length);
            long dropped = DROPPED.get();
            if (dropped != reportedDropped) {
                target.println(LogLine.format(
                        System.Logger.Level.WARNING,
                        (dropped - reportedDropped)
                                + " lines of the log were dropped because standard error was blocked"));
                reportedDropped = dropped;
            }
            target.flush();
        }
    }
}
