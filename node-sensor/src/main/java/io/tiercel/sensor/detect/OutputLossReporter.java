package io.tiercel.sensor.detect;

import io.tiercel.rules.alert.Priority;
import io.tiercel.sensor.output.OutputCounts;
import io.tiercel.sensor.output.QueuedOutput;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Says by alerts how many alerts an output did not put out. At most once a minute, since the report itself may push an
 * alert out of the output's full queue.
 */
final class OutputLossReporter {
    static final String NOT_PUT_OUT = "Tiercel internal: alerts not put out";

    private static final long EVERY_NANOS = 60_000_000_000L;

    private final List<QueuedOutput> outputs;
    private final InternalAlerts alerts;
    private final Map<String, Long> reported = new HashMap<>();
    private long nextNanos = Long.MIN_VALUE;

    OutputLossReporter(List<QueuedOutput> outputs, InternalAlerts alerts) {
        this.outputs = List.copyOf(outputs);
        this.alerts = alerts;
    }

    /** Reports what is new; {@code timeNanos} is the alerts' time. */
    void report(long timeNanos) {
        if (timeNanos < nextNanos) {
            return;
        }
        for (QueuedOutput output : outputs) {
            OutputCounts counts = output.counts();
            long since = counts.lost() - reported.getOrDefault(output.name(), 0L);
            if (since > 0) {
                nextNanos = timeNanos + EVERY_NANOS;
                reported.put(output.name(), counts.lost());
                alerts.emit(
                        timeNanos,
                        Priority.CRITICAL,
                        NOT_PUT_OUT,
                        since + " alerts could not be put out by the output " + output.name(),
                        new TreeMap<>(
                                Map.of("output", output.name(), "lost", since, "lost_since_start", counts.lost())));
            }
        }
    }
}
