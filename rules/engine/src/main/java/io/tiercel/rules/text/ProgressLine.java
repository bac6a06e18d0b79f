package io.tiercel.rules.text;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongSupplier;

/**
 * The progress of long work, on standard error. On a terminal, one line is rewritten. In a log, work of at least five seconds has a line
 * after five seconds, one each thirty seconds, and one at the end. Not thread-safe.
 */
public final class ProgressLine implements AutoCloseable {
    private static final long SECOND = 1_000_000_000;
    private static final long FIRST_ON_TERMINAL = SECOND;
    private static final long NEXT_ON_TERMINAL = SECOND / 4;
    private static final long FIRST_IN_LOG = 5 * SECOND;
    private static final long NEXT_IN_LOG = 30 * SECOND;
    private static final int COLUMNS = 79;
    private static final String ERASE = "\r\u001B[K";
    private static final long PERCENT = 100;
    private static final long MINUTE = 60;

    private final PrintStream err;
    private final boolean terminal;
    private final LongSupplier nanoTime;
    private final String work;
    private final String unit;
    private final long start;
    private long next;
    private boolean shown;

    /** Starts the progress of some work. */
    public interface Starter {
        /**
         * Starts.
         *
         * @param work a description, such as {@code verifying the audit log}
         * @param unit plural of what is counted, such as {@code chains}
         */
        ProgressLine start(String work, String unit);
    }

    /**
     * Shows nothing yet.
     *
     * @param err where to show it
     * @param terminal whether that is a terminal
     * @param nanoTime a clock in nanoseconds
     * @param work a description, such as {@code verifying the audit log}
     * @param unit plural of what is counted, such as {@code chains}
     */
    public ProgressLine(PrintStream err, boolean terminal, LongSupplier nanoTime, String work, String unit) {
        this.err = err;
        this.terminal = terminal;
        this.nanoTime = nanoTime;
        this.work = work;
        this.unit = unit;
        this.start = nanoTime.getAsLong();
        this.next = start + (terminal ? FIRST_ON_TERMINAL : FIRST_IN_LOG);
    }

    /**
     * Starts the progress of some work on standard error.
     *
     * @param work a description, such as {@code verifying the audit log}
     * @param unit plural of what is counted, such as {@code chains}
     * @param rewrite false to write lines on a terminal too, because the same terminal shows other output
     */
    public static ProgressLine start(String work, String unit, boolean rewrite) {
        PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        return new ProgressLine(err, rewrite && isTerminal(), System::nanoTime, work, unit);
    }

    /** Returns whether standard error is a terminal. */
    private static boolean isTerminal() {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    /**
     * Says how far the work is. May be called often.
     *
     * @param done what is done, at least 0
     * @param total what there is to do; 0 if unknown
     */
    public void at(long done, long total) {
        long now = nanoTime.getAsLong();
        if (now - next < 0) {
            return;
        }
        next = now + (terminal ? NEXT_ON_TERMINAL : NEXT_IN_LOG);
        shown = true;
        String text = "tiercel: " + work + ": " + describe(done, total, now - start);
        if (terminal) {
            err.print(ERASE + TextLimit.cut(text, COLUMNS));
            err.flush();
        } else {
            err.println(text);
        }
    }

    private String describe(long done, long total, long elapsed) {
        if (total <= 0) {
            return done + " " + unit + ", " + duration(elapsed);
        }
        long percent = Math.min(PERCENT, PERCENT * done / total);
        String left = done <= 0 || done >= total
                ? ""
                : ", about " + duration((long) ((double) elapsed * (total - done) / done)) + " left";
        return percent + " % of " + total + " " + unit + left;
    }

    /**
     * Returns a duration for people, such as {@code 2 min 5 s}.
     *
     * @param nanos nanoseconds; a negative value counts as 0
     */
    public static String duration(long nanos) {
        long seconds = Math.max(0, nanos / SECOND);
        return seconds < MINUTE ? seconds + " s" : seconds / MINUTE + " min " + seconds % MINUTE + " s";
    }

    /** Ends the progress: erases the line on a terminal, and writes the time to a log that had a line. */
    @Override
    public void close() {
        if (shown && terminal) {
            err.print(ERASE);
            err.flush();
        } else if (shown) {
            err.println("tiercel: " + work + ": took " + duration(nanoTime.getAsLong() - start));
        }
    }
}
