package io.tiercel.sensor.metrics;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.tiercel.sensor.identity.IdentityStatus;
import io.tiercel.sensor.output.OutputCounts;
import io.tiercel.sensor.output.ShipperCounts;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/** Metrics of outputs, identity, spool and delivery. */
final class OutputMetrics {
    private OutputMetrics() {}

    static void add(MetricsSnapshot snapshot, MetricSnapshots.Builder builder) {
        addOutputs(snapshot.outputs(), builder);
        addIdentity(snapshot.identity(), builder);
        builder.metricSnapshot(SensorMetrics.gauge(
                "tiercel_pending_alerts",
                "Alerts that wait in memory to be written to the spool.",
                snapshot.pending().waiting()));
        builder.metricSnapshot(SensorMetrics.gauge(
                "tiercel_alert_write_seconds",
                "Time since the write in progress began. It grows if the spool's disk hangs.",
                snapshot.pending().writingNanos() / 1e9));
        if (snapshot.spool() != null) {
            builder.metricSnapshot(SensorMetrics.gauge(
                    "tiercel_spool_alerts",
                    "Alerts in the spool that are waiting for delivery.",
                    snapshot.spool().pending()));
            builder.metricSnapshot(SensorMetrics.gauge(
                    "tiercel_spool_bytes",
                    "Size of the spool.",
                    snapshot.spool().bytes()));
        }
        if (snapshot.delivery() != null) {
            addDelivery(snapshot.delivery(), builder);
        }
    }

    private static void addOutputs(Map<String, OutputCounts> outputs, MetricSnapshots.Builder builder) {
        CounterSnapshot.Builder finished = CounterSnapshot.builder()
                .name("tiercel_output_alerts")
                .help("Alerts that an output has finished, by outcome.");
        outputs.forEach((name, counts) -> {
            finished.dataPoint(finished(name, "sent", counts.sent()));
            finished.dataPoint(finished(name, "rejected", counts.rejected()));
            finished.dataPoint(finished(name, "dropped", counts.dropped()));
        });
        builder.metricSnapshot(finished.build());
        builder.metricSnapshot(SensorMetrics.counter(
                "tiercel_output_retries",
                "Retries of an output after a failure.",
                "output",
                by(outputs, OutputCounts::retried)));
        builder.metricSnapshot(SensorMetrics.gauge(
                "tiercel_output_waiting",
                "Alerts in the output's queue.",
                "output",
                by(outputs, OutputCounts::waiting)));
    }

    private static CounterDataPointSnapshot finished(String output, String outcome, long count) {
        return CounterDataPointSnapshot.builder()
                .labels(Labels.of("outcome", outcome, "output", output))
                .value(count)
                .build();
    }

    private static Map<String, Long> by(Map<String, OutputCounts> outputs, ToLongFunction<OutputCounts> counter) {
        Map<String, Long> values = new LinkedHashMap<>();
        outputs.forEach((name, counts) -> values.put(name, counter.applyAsLong(counts)));
        return values;
    }

    private static void addIdentity(IdentityStatus identity, MetricSnapshots.Builder builder) {
        if (!identity.available().isEmpty()) {
            Map<String, Long> available = new TreeMap<>();
            identity.available().forEach((name, present) -> available.put(name, present ? 1L : 0L));
            builder.metricSnapshot(SensorMetrics.gauge(
                    "tiercel_identity_available",
                    "1 if the sensor has the credential and sends it with alerts.",
                    "credential",
                    available));
        }
        if (identity.tokenExpires() != null) {
            builder.metricSnapshot(SensorMetrics.gauge(
                    "tiercel_identity_token_expires_seconds",
                    "Time until the identity token expires, negative after that.",
                    identity.tokenExpires() - System.currentTimeMillis() / 1e3));
        }
    }

    private static void addDelivery(ShipperCounts delivery, MetricSnapshots.Builder builder) {
        builder.metricSnapshot(SensorMetrics.gauge(
                "tiercel_spool_oldest_seconds",
                "Age of the oldest alert waiting for delivery.",
                delivery.oldestSeconds()));
        builder.metricSnapshot(SensorMetrics.counter(
                "tiercel_delivered_alerts",
                "Alerts that the receiver has stored or rejected.",
                "outcome",
                Map.of("stored", delivery.delivered(), "rejected", delivery.rejected())));
        builder.metricSnapshot(SensorMetrics.counter(
                "tiercel_delivery_refused_alerts",
                "Alerts that the receiver refused, by the code of the reason. They are lost.",
                "reason",
                delivery.refused()));
        builder.metricSnapshot(SensorMetrics.counter(
                "tiercel_delivery_attempts",
                "Delivery attempts. An attempt succeeds if the receiver takes at least one alert.",
                "outcome",
                Map.of("succeeded", delivery.succeededBatches(), "failed", delivery.failedBatches())));
        builder.metricSnapshot(SensorMetrics.gauge(
                "tiercel_delivery_breaker_open",
                "1 while the circuit breaker is open and only single alerts are sent as probes.",
                delivery.circuitOpen() ? 1 : 0));
    }
}
