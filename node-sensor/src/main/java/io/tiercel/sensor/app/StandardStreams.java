package io.tiercel.sensor.app;

import java.io.PrintStream;

/**
 * The standard streams of a command.
 *
 * @param out results and alerts only
 * @param err log messages
 * @param terminal whether {@code out} is a terminal with colors
 */
public record StandardStreams(PrintStream out, PrintStream err, boolean terminal) {
    /** Writes a log message of level INFO to standard error. */
    public void info(String message) {
        err.println(LogLine.format(System.Logger.Level.INFO, message));
        err.flush();
    }

    /** Waits until the log is written, for half a second at most. */
    void drain() {
        if (err instanceof LogStream log) {
            log.drain();
        }
    }
}
