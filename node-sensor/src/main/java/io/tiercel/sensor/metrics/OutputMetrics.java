package io.tiercel.sensor.metrics;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.tiercel.sensor.output.OutputCounts;
import io.tiercel.sensor.output.ShipperCounts;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToLongFunction;

/** Figures of how alerts leave the sensor: outputs, spool and delivery. */
final class OutputMetrics {
    private OutputMetrics() {}

    static void add(MetricsSnapshot f, MetricSnapshots.Builder all) {
        outputs(f.outputs(), all);
        if (f.spool() != null) {
            all.metricSnapshot(SensorMetrics.gauge(
                    "tiercel_spool_alerts",
                    "Alerts on disk that wait to be delivered.",
                    f.spool().waiting()));
            all.metricSnapshot(SensorMetrics.gauge(
                    "tiercel_spool_bytes", "Size of the spool.", f.spool().bytes()));
        }
        if (f.shipped() != null) {
            shipped(f.shipped(), all);
        }
    }

    private static void outputs(Map<String, OutputCounts> outputs, MetricSnapshots.Builder all) {
        CounterSnapshot.Builder ended = CounterSnapshot.builder()
                .name("tiercel_output_alerts")
                .help("Alerts that an output has handed over, or will not.");
        outputs.forEach((name, counts) -> {
            ended.dataPoint(ended(name, "sent", counts.sent()));
            ended.dataPoint(ended(name, "refused", counts.refused()));
            ended.dataPoint(ended(name, "dropped", counts.dropped()));
        });
        all.metricSnapshot(ended.build());
        all.metricSnapshot(SensorMetrics.counter(
                "tiercel_output_retries",
                "Attempts of an output after one that failed.",
                "output",
                by(outputs, OutputCounts::retried)));
        all.metricSnapshot(SensorMetrics.gauge(
                "tiercel_output_waiting",
                "Alerts that wait in an output's queue.",
                "output",
                by(outputs, OutputCounts::waiting)));
    }

    private static CounterDataPointSnapshot ended(String output, String outcome, long count) {
        return CounterDataPointSnapshot.builder()
                .labels(Labels.of("outcome", outcome, "output", output))
                .value(count)
                .build();
    }

    private static Map<String, Long> by(Map<String, OutputCounts> outputs, ToLongFunction<OutputCounts> figure) {
        Map<String, Long> figures = new LinkedHashMap<>();
        outputs.forEach((name, counts) -> figures.put(name, figure.applyAsLong(counts)));
        return figures;
    }

    private static void shipped(ShipperCounts shipped, MetricSnapshots.Builder all) {
        all.metricSnapshot(SensorMetrics.gauge(
                "tiercel_spool_oldest_seconds", "Age of the alert that is delivered next.", shipped.oldestSeconds()));
        all.metricSnapshot(SensorMetrics.counter(
                "tiercel_shipped_alerts",
                "Alerts that the receiver has stored, or refused.",
                "outcome",
                Map.of("delivered", shipped.delivered(), "refused", shipped.refused())));
        all.metricSnapshot(SensorMetrics.counter(
                "tiercel_delivery_attempts",
                "Batches of which something was taken, or nothing.",
                "outcome",
                Map.of("succeeded", shipped.succeeded(), "failed", shipped.failed())));
        all.metricSnapshot(SensorMetrics.gauge(
                "tiercel_delivery_breaker_open",
                "1 while the receiver fails and is only probed.",
                shipped.breakerOpen() ? 1 : 0));
    }
}
