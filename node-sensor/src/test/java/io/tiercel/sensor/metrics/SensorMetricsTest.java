package io.tiercel.sensor.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Label;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class SensorMetricsTest {
    /** Matches name, type and labels of a metric in docs/metrics.md. */
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(\\w+)` \\| (\\w+) \\| ([^|]*) \\|");

    private static MetricSnapshots metrics(int cpus, int rules) {
        return new SensorMetrics(() -> SampleSnapshots.at(System.nanoTime(), cpus, rules)).collect(true);
    }

    private static MetricSnapshot metric(MetricSnapshots all, String name) {
        return all.stream()
                .filter(m -> m.getMetadata().getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static String describe(MetricSnapshot metric) {
        String type = switch (metric) {
            case CounterSnapshot _ -> "counter";
            case GaugeSnapshot _ -> "gauge";
            case HistogramSnapshot _ -> "histogram";
            default -> metric.getClass().getSimpleName();
        };
        DataPointSnapshot point = metric.getDataPoints().getFirst();
        return type + " "
                + point.getLabels().stream()
                        .map(Label::getName)
                        .map(l -> "`" + l + "`")
                        .collect(Collectors.joining(", "));
    }

    @Test
    void documentationListsAllMetrics() throws IOException {
        Map<String, String> served = new TreeMap<>();
        for (MetricSnapshot metric : metrics(2, 2)) {
            String ending = metric instanceof CounterSnapshot ? "_total" : "";
            served.put(metric.getMetadata().getName() + ending, describe(metric));
        }
        Map<String, String> listed = new TreeMap<>();
        Matcher row = ROW.matcher(Files.readString(Path.of(System.getProperty("tiercel.root"), "docs/metrics.md")));
        while (row.find()) {
            listed.put(row.group(1), row.group(2) + " " + row.group(3));
        }
        assertEquals(served, listed);
    }

    @Test
    void labelsAreBounded() {
        MetricSnapshots all = metrics(1_000, 5_000);
        assertEquals(257, metric(all, "tiercel_rule_matches").getDataPoints().size());
        assertEquals(
                4 * 257 + 1, metric(all, "tiercel_events_lost").getDataPoints().size());
        double matches = metric(all, "tiercel_rule_matches").getDataPoints().stream()
                .mapToDouble(point -> ((CounterSnapshot.CounterDataPointSnapshot) point).getValue())
                .sum();
        assertEquals(5_000, matches, "rules under \"other\" are included");
        double lost = metric(all, "tiercel_events_lost").getDataPoints().stream()
                .mapToDouble(point -> ((CounterSnapshot.CounterDataPointSnapshot) point).getValue())
                .sum();
        assertEquals(18_000, lost);
    }

    @Test
    void exposesLossCountersBeforeTheFirstLoss() {
        assertEquals(
                5, metric(metrics(0, 0), "tiercel_events_lost").getDataPoints().size());
    }

    @Test
    void exposesProcessMemory() {
        GaugeSnapshot memory = (GaugeSnapshot) metric(metrics(1, 1), "process_resident_memory_bytes");
        assertTrue(memory.getDataPoints().getFirst().getValue() > 10_000_000);
    }
}
