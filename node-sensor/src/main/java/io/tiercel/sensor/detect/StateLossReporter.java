package io.tiercel.sensor.detect;

import io.tiercel.rules.alert.Priority;
import io.tiercel.sensor.process.StateMemory;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reports data of processes that was dropped because the node state reached its limits. The rate is limited to one report per
 * minute, because an unprivileged user can start processes with long arguments continuously.
 */
final class StateLossReporter {
    static final String DROPPED = "Tiercel internal: process data dropped";

    private static final long INTERVAL_NANOS = 60_000_000_000L;

    private final InternalAlerts alerts;
    private StateMemory reported = StateMemory.NONE;
    private long nextNanos = Long.MIN_VALUE;

    StateLossReporter(InternalAlerts alerts) {
        this.alerts = alerts;
    }

    /** Reports what was dropped since the last report. The alert has the time {@code timeNanos}. */
    void report(StateMemory memory, long timeNanos) {
        long texts = memory.droppedTexts() - reported.droppedTexts();
        long processes = memory.evictedProcesses() - reported.evictedProcesses();
        long containers = memory.droppedContainers() - reported.droppedContainers();
        if (timeNanos < nextNanos || texts + processes + containers <= 0) {
            return;
        }
        nextNanos = timeNanos + INTERVAL_NANOS;
        reported = memory;
        alerts.publish(
                timeNanos,
                Priority.WARNING,
                DROPPED,
                texts + " texts of processes, " + processes + " processes and the metadata of " + containers
                        + " containers were dropped, because they use more memory than their limits",
                new TreeMap<>(Map.of(
                        "texts",
                        texts,
                        "processes",
                        processes,
                        "containers",
                        containers,
                        "text_bytes",
                        memory.textBytes(),
                        "max_text_bytes",
                        memory.maxTextBytes())));
    }
}
