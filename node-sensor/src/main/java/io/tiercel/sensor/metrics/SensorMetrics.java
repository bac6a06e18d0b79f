package io.tiercel.sensor.metrics;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.tiercel.rules.alert.Priority;
import io.tiercel.sensor.bpf.LossCounters;
import io.tiercel.sensor.detect.EvaluationHistogram;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Figures in Prometheus' form. Every label has few values: docs/metrics.md lists all metrics, and a test compares. */
final class SensorMetrics {
    /** CPUs with a label of their own; what was lost on those with higher numbers counts under {@code other}. */
    private static final int MAX_CPUS = 256;

    private final Supplier<MetricsSnapshot> figures;

    SensorMetrics(Supplier<MetricsSnapshot> figures) {
        this.figures = figures;
    }

    MetricSnapshots collect() {
        MetricsSnapshot f = figures.get();
        MetricSnapshots.Builder all = MetricSnapshots.builder();
        all.metricSnapshot(counter("tiercel_events", "Events that rules were evaluated for.", "type", f.events()));
        all.metricSnapshot(counter(
                "tiercel_events_dropped",
                "Events that ended in the kernel because no rule could match them.",
                "type",
                f.dropped()));
        all.metricSnapshot(
                losses("tiercel_events_lost", "Events that the kernel could not hand over.", f.losses(), true));
        all.metricSnapshot(losses(
                "tiercel_events_incomplete",
                "Events that came without a part of a name or a text.",
                f.losses(),
                false));
        all.metricSnapshot(counter("tiercel_rule_matches", "Alerts by rule.", "rule", f.matches()));
        all.metricSnapshot(counter("tiercel_alerts", "Alerts by priority.", "priority", labelled(f.alerts())));
        all.metricSnapshot(counter(
                "tiercel_alerts_lost",
                "Alerts that did not last until they were delivered.",
                "reason",
                f.alertsLost()));
        all.metricSnapshot(evaluation(f.evaluation()));
        all.metricSnapshot(gauge("tiercel_state_entries", "What is kept of the node.", "kind", f.stateSizes()));
        all.metricSnapshot(gauge("tiercel_rules", "Rules in force.", f.rules()));
        all.metricSnapshot(counter(
                "tiercel_rule_reloads",
                "Times that changed rules were loaded, or refused.",
                "outcome",
                Map.of("loaded", f.reloaded(), "refused", f.refused())));
        OutputMetrics.add(f, all);
        all.metricSnapshot(gauge(
                "tiercel_figures_age_seconds",
                "Time since the sensor's loop last took these figures.",
                (System.nanoTime() - f.takenNanos()) / 1e9));
        process(all);
        return all.build();
    }

    private static void process(MetricSnapshots.Builder all) {
        Runtime runtime = Runtime.getRuntime();
        all.metricSnapshot(gauge(
                "tiercel_heap_used_bytes", "Heap in use.", (double) runtime.totalMemory() - runtime.freeMemory()));
        all.metricSnapshot(gauge("tiercel_heap_limit_bytes", "Most that the heap may take.", runtime.maxMemory()));
        all.metricSnapshot(gauge(
                "process_resident_memory_bytes", "Memory that the process occupies.", ProcessMemory.residentBytes()));
        all.metricSnapshot(CounterSnapshot.builder()
                .name("process_cpu_seconds")
                .help("Processor time that the process has used.")
                .dataPoint(CounterDataPointSnapshot.builder()
                        .value(ProcessHandle.current()
                                        .info()
                                        .totalCpuDuration()
                                        .orElse(Duration.ZERO)
                                        .toMillis()
                                / 1e3)
                        .build())
                .build());
    }

    private static Map<String, Long> labelled(Map<Priority, Long> counts) {
        Map<String, Long> labelled = new LinkedHashMap<>();
        counts.forEach((priority, count) -> labelled.put(priority.label().toLowerCase(Locale.ROOT), count));
        return labelled;
    }

    static CounterSnapshot counter(String name, String help, String label, Map<String, Long> counts) {
        CounterSnapshot.Builder counter = CounterSnapshot.builder().name(name).help(help);
        counts.forEach((value, count) -> counter.dataPoint(CounterDataPointSnapshot.builder()
                .labels(Labels.of(label, value))
                .value(count)
                .build()));
        return counter.build();
    }

    private static CounterSnapshot losses(String name, String help, LossCounters losses, boolean whole) {
        Map<LossCounters.Reason, Long> beyond = new EnumMap<>(LossCounters.Reason.class);
        CounterSnapshot.Builder counter = CounterSnapshot.builder().name(name).help(help);
        if (losses.cpus().isEmpty()) { // so that there is something to compare with when the first is lost
            counted(whole).forEach(reason -> counter.dataPoint(loss("0", reason, 0)));
        }
        for (LossCounters.OfCpu cpu : losses.cpus()) {
            counted(whole).forEach(reason -> {
                if (cpu.cpu() < MAX_CPUS) {
                    counter.dataPoint(loss(Integer.toString(cpu.cpu()), reason, cpu.of(reason)));
                } else {
                    beyond.merge(reason, cpu.of(reason), Long::sum);
                }
            });
        }
        beyond.forEach((reason, count) -> counter.dataPoint(loss("other", reason, count)));
        if (whole) {
            counter.dataPoint(loss("unknown", LossCounters.Reason.NOT_RUN, losses.notRun()));
        }
        return counter.build();
    }

    /** The reasons of which the CPU is known. */
    private static Stream<LossCounters.Reason> counted(boolean whole) {
        return LossCounters.Reason.all(whole).filter(reason -> reason != LossCounters.Reason.NOT_RUN);
    }

    private static CounterDataPointSnapshot loss(String cpu, LossCounters.Reason reason, long count) {
        return CounterDataPointSnapshot.builder()
                .labels(Labels.of("cpu", cpu, "reason", reason.name().toLowerCase(Locale.ROOT)))
                .value(count)
                .build();
    }

    private static HistogramSnapshot evaluation(EvaluationHistogram times) {
        return HistogramSnapshot.builder()
                .name("tiercel_rule_evaluation_seconds")
                .help("Time that all rules together took for an event, alerts included; of a sample of the events.")
                .dataPoint(new HistogramDataPointSnapshot(
                        ClassicHistogramBuckets.of(times.boundSeconds(), times.counts()),
                        times.sumSeconds(),
                        Labels.EMPTY,
                        Exemplars.EMPTY,
                        0))
                .build();
    }

    static GaugeSnapshot gauge(String name, String help, double value) {
        return GaugeSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(GaugeDataPointSnapshot.builder().value(value).build())
                .build();
    }

    static GaugeSnapshot gauge(String name, String help, String label, Map<String, Long> values) {
        GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(name).help(help);
        values.forEach((kind, value) -> gauge.dataPoint(GaugeDataPointSnapshot.builder()
                .labels(Labels.of(label, kind))
                .value(value)
                .build()));
        return gauge.build();
    }
}
