package io.tiercel.sensor.detect;

import io.tiercel.rules.alert.Priority;
import io.tiercel.sensor.output.OutputCounts;
import io.tiercel.sensor.output.QueuedOutput;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reports alerts that an output has lost. The rate is limited to one report per minute, because the report itself can
 * displace an alert from the output's full queue.
 */
final class OutputLossReporter {
    static final String OUTPUT_LOST = "Tiercel internal: output lost alerts";

    private static final long INTERVAL_NANOS = 60_000_000_000L;

    private final List<QueuedOutput> outputs;
    private final InternalAlerts alerts;
    private final Map<String, Long> reported = new HashMap<>();
    private final Map<String, SortedMap<String, Long>> reportedByRule = new HashMap<>();
    private long nextNanos = Long.MIN_VALUE;

    OutputLossReporter(List<QueuedOutput> outputs, InternalAlerts alerts) {
        this.outputs = List.copyOf(outputs);
        this.alerts = alerts;
    }

    /** Reports losses since the last report. The alerts have the time {@code timeNanos}. */
    void report(long timeNanos) {
        if (timeNanos < nextNanos) {
            return;
        }
        for (QueuedOutput output : outputs) {
            OutputCounts counts = output.counts();
            long newLosses = counts.lost() - reported.getOrDefault(output.name(), 0L);
            if (newLosses > 0) {
                nextNanos = timeNanos + INTERVAL_NANOS;
                reported.put(output.name(), counts.lost());
                SortedMap<String, Long> byRule = output.droppedByRule();
                SortedMap<String, @Nullable Object> fields = new TreeMap<>(
                        Map.of("output", output.name(), "lost", newLosses, "lost_since_start", counts.lost()));
                DroppedRules.add(byRule, reportedByRule.getOrDefault(output.name(), new TreeMap<>()), fields);
                reportedByRule.put(output.name(), byRule);
                alerts.publish(
                        timeNanos,
                        Priority.CRITICAL,
                        OUTPUT_LOST,
                        newLosses + " alerts were lost by the output " + output.name(),
                        fields);
            }
        }
    }
}
