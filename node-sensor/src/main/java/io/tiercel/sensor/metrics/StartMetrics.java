package io.tiercel.sensor.metrics;

import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;

/** The metrics of the sensor's start. */
final class StartMetrics {
    private StartMetrics() {}

    static void add(MetricsSnapshot snapshot, MetricSnapshots.Builder builder) {
        GaugeSnapshot.Builder phases = GaugeSnapshot.builder()
                .name("tiercel_start_phase_seconds")
                .help("Duration of a part of the start. Some parts run at the same time.");
        snapshot.startPhases()
                .forEach((phase, seconds) -> phases.dataPoint(GaugeDataPointSnapshot.builder()
                        .labels(Labels.of("phase", phase.label()))
                        .value(seconds)
                        .build()));
        builder.metricSnapshot(phases.build());
        snapshot.startSeconds()
                .ifPresent(seconds -> builder.metricSnapshot(SensorMetrics.gauge(
                        "tiercel_start_seconds",
                        "Time from the start of the process until the sensor was ready.",
                        seconds)));
    }
}
