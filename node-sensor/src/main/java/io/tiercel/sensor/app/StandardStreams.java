package io.tiercel.sensor.app;

import java.io.PrintStream;

/**
 * Where a command writes.
 *
 * @param out results and alerts, nothing else
 * @param err everything for the person who watches
 * @param terminal whether {@code out} is a terminal that shows colours
 */
public record StandardStreams(PrintStream out, PrintStream err, boolean terminal) {
    /** A line for the person who watches. */
    public void say(String line) {
        err.println(LogLine.of(System.Logger.Level.INFO, line));
        err.flush();
    }
}
