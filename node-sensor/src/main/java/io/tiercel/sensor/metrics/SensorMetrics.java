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
import io.tiercel.sensor.bpf.CaptureVariant;
import io.tiercel.sensor.bpf.LossCounters;
import io.tiercel.sensor.container.ContainerQueryStatus;
import io.tiercel.sensor.detect.EvaluationHistogram;
import io.tiercel.sensor.process.LookupFailures;
import io.tiercel.sensor.process.StateMemory;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Converts a snapshot to Prometheus metrics. All labels have a bounded number of values. A test compares
 * docs/metrics.md with these metrics.
 */
final class SensorMetrics {
    /**
     * Maximum number of CPUs with their own label. Losses on CPUs with higher numbers have the label {@code
     * other}.
     */
    private static final int MAX_CPUS = 256;

    private final Supplier<MetricsSnapshot> snapshots;

    SensorMetrics(Supplier<MetricsSnapshot> snapshots) {
        this.snapshots = snapshots;
    }

    /** @param byRule whether to include metrics with the names of rules, which tell which rule matched */
    MetricSnapshots collect(boolean byRule) {
        MetricsSnapshot snapshot = snapshots.get();
        MetricSnapshots.Builder builder = MetricSnapshots.builder();
        builder.metricSnapshot(counter("tiercel_events", "Events evaluated by the rules.", "type", snapshot.events()));
        builder.metricSnapshot(counter(
                "tiercel_events_filtered",
                "Events dropped by the prefilter in the kernel because no rule can match them.",
                "type",
                snapshot.filtered()));
        builder.metricSnapshot(counter(
                "tiercel_process_masks",
                "Times that the kernel was told which rules a process rules out.",
                snapshot.processMasks()));
        builder.metricSnapshot(counter(
                "tiercel_prefilter_verified",
                "Excluded events that were compared with the rules.",
                snapshot.verifiedEvents()));
        builder.metricSnapshot(counter(
                "tiercel_prefilter_mismatches",
                "Matches of rules that the prefilter had excluded.",
                snapshot.prefilterMismatches()));
        builder.metricSnapshot(losses("tiercel_events_lost", "Events lost in the kernel.", snapshot.losses(), true));
        builder.metricSnapshot(losses(
                "tiercel_events_incomplete",
                "Events with an incomplete file name or argument.",
                snapshot.losses(),
                false));
        capture(snapshot.captureVariant(), builder);
        builder.metricSnapshot(counter(
                "tiercel_capture_earlier_calls",
                "Calls that began long before hooks were attached, and whose ends are not captured.",
                snapshot.losses().earlierCalls()));
        if (byRule) {
            builder.metricSnapshot(counter("tiercel_rule_matches", "Alerts by rule.", "rule", snapshot.ruleMatches()));
        }
        builder.metricSnapshot(
                counter("tiercel_alerts", "Alerts by priority.", "priority", byLabel(snapshot.alerts())));
        builder.metricSnapshot(counter(
                "tiercel_alerts_lost",
                "Alerts lost before delivery, or refused by the receiver.",
                "reason",
                snapshot.alertsLost()));
        CounterSnapshot.Builder gaps = CounterSnapshot.builder()
                .name("tiercel_watch_gap_seconds")
                .help("Time in which the sensor did not watch, by reason.");
        snapshot.gapSeconds()
                .forEach((reason, seconds) -> gaps.dataPoint(CounterDataPointSnapshot.builder()
                        .labels(Labels.of("reason", reason))
                        .value(seconds)
                        .build()));
        builder.metricSnapshot(gaps.build());
        builder.metricSnapshot(evaluation(snapshot.evaluationTimes()));
        builder.metricSnapshot(
                gauge("tiercel_state_entries", "Entries in the node state.", "kind", snapshot.stateSizes()));
        stateMemory(snapshot.stateMemory(), builder);
        LookupFailures lookups = snapshot.lookupFailures();
        builder.metricSnapshot(counter(
                "tiercel_lookup_failures",
                "Reads of processes and containers that failed.",
                "reason",
                Map.of(
                        "timed_out", lookups.timedOut(),
                        "skipped", lookups.skipped(),
                        "refused", lookups.refused())));
        builder.metricSnapshot(gauge(
                "tiercel_lookups_hanging", "Reads that hang and whose threads are abandoned.", lookups.hanging()));
        containerQueries(snapshot.containerQueries(), builder);
        builder.metricSnapshot(counter(
                "tiercel_log_lines_dropped",
                "Lines of the log that were dropped because standard error was blocked.",
                snapshot.droppedLogLines()));
        builder.metricSnapshot(gauge("tiercel_rules", "Enabled rules.", snapshot.rules()));
        builder.metricSnapshot(counter(
                "tiercel_rule_reloads",
                "Reloads of changed rules, by outcome.",
                "outcome",
                Map.of("loaded", snapshot.reloads(), "rejected", snapshot.rejectedReloads())));
        OutputMetrics.add(snapshot, builder);
        builder.metricSnapshot(counter(
                "tiercel_thread_failures",
                "Failures of the sensor's threads. A failed loop starts again.",
                "thread",
                snapshot.threadFailures()));
        builder.metricSnapshot(gauge(
                "tiercel_metrics_snapshot_age_seconds",
                "Age of the metrics snapshot in seconds.",
                (System.nanoTime() - snapshot.collectedNanos()) / 1e9));
        StartMetrics.add(snapshot, builder);
        processMetrics(builder);
        return builder.build();
    }

    private static void containerQueries(ContainerQueryStatus queries, MetricSnapshots.Builder builder) {
        builder.metricSnapshot(counter(
                "tiercel_container_queries",
                "Queries to container runtimes, by outcome.",
                "outcome",
                Map.of(
                        "answered", queries.answered(),
                        "timed_out", queries.timedOut(),
                        "failed", queries.failed())));
        builder.metricSnapshot(gauge(
                "tiercel_container_requests_open",
                "Containers whose metadata is not known yet.",
                queries.openRequests()));
        builder.metricSnapshot(gauge(
                "tiercel_container_runtimes_silent",
                "Container runtimes whose last query timed out.",
                queries.silentRuntimes()));
    }

    private static void capture(@Nullable CaptureVariant variant, MetricSnapshots.Builder builder) {
        if (variant != null) {
            builder.metricSnapshot(gauge(
                    "tiercel_capture_variant",
                    "Variant of the capture program that the kernel loaded.",
                    "variant",
                    Map.of(variant.name(), 1L)));
            builder.metricSnapshot(gauge(
                    "tiercel_capture_arguments",
                    "Where the capture program reads paths and addresses.",
                    "source",
                    Map.of(variant.arguments().label(), 1L)));
            builder.metricSnapshot(gauge(
                    "tiercel_capture_syscalls",
                    "Where the capture program sees that a syscall has ended.",
                    "source",
                    Map.of(variant.syscalls().label(), 1L)));
            builder.metricSnapshot(gauge(
                    "tiercel_capture_fallback",
                    "1 if the kernel rejected a faster variant of the capture program.",
                    variant.fallback() ? 1 : 0));
            builder.metricSnapshot(gauge(
                    "tiercel_capture_io_uring", "1 if requests of io_uring are captured.", variant.ioUring() ? 1 : 0));
            builder.metricSnapshot(gauge(
                    "tiercel_capture_rejected_programs",
                    "Optional programs that the kernel rejected.",
                    variant.rejected().size()));
        }
    }

    private static void stateMemory(StateMemory memory, MetricSnapshots.Builder builder) {
        builder.metricSnapshot(gauge(
                "tiercel_state_text_bytes",
                "Size of the arguments, environments, paths and other texts of processes.",
                memory.textBytes()));
        builder.metricSnapshot(counter(
                "tiercel_state_dropped",
                "Parts of the node state that were dropped because of its limits.",
                "kind",
                Map.of(
                        "containers", memory.droppedContainers(),
                        "processes", memory.evictedProcesses(),
                        "texts", memory.droppedTexts())));
    }

    private static void processMetrics(MetricSnapshots.Builder builder) {
        Runtime runtime = Runtime.getRuntime();
        builder.metricSnapshot(gauge(
                "tiercel_heap_used_bytes", "Used JVM heap.", (double) runtime.totalMemory() - runtime.freeMemory()));
        builder.metricSnapshot(gauge("tiercel_heap_limit_bytes", "Maximum JVM heap.", runtime.maxMemory()));
        builder.metricSnapshot(gauge(
                "process_resident_memory_bytes",
                "Resident memory size of the process.",
                ProcessMemory.residentBytes()));
        builder.metricSnapshot(CounterSnapshot.builder()
                .name("process_cpu_seconds")
                .help("Total CPU time of the process.")
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

    private static Map<String, Long> byLabel(Map<Priority, Long> counts) {
        Map<String, Long> byLabel = new LinkedHashMap<>();
        counts.forEach((priority, count) -> byLabel.put(priority.label().toLowerCase(Locale.ROOT), count));
        return byLabel;
    }

    static CounterSnapshot counter(String name, String help, long count) {
        return CounterSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(CounterDataPointSnapshot.builder().value(count).build())
                .build();
    }

    static CounterSnapshot counter(String name, String help, String label, Map<String, Long> counts) {
        CounterSnapshot.Builder counter = CounterSnapshot.builder().name(name).help(help);
        counts.forEach((value, count) -> counter.dataPoint(CounterDataPointSnapshot.builder()
                .labels(Labels.of(label, value))
                .value(count)
                .build()));
        return counter.build();
    }

    private static CounterSnapshot losses(String name, String help, LossCounters losses, boolean lost) {
        Map<LossCounters.Reason, Long> otherCpus = new EnumMap<>(LossCounters.Reason.class);
        CounterSnapshot.Builder counter = CounterSnapshot.builder().name(name).help(help);
        if (losses.cpus().isEmpty()) { // Exposes zeros, so that the first loss is visible as an increase.
            perCpuReasons(lost).forEach(reason -> counter.dataPoint(loss("0", reason, 0)));
        }
        for (LossCounters.CpuCounters cpu : losses.cpus()) {
            perCpuReasons(lost).forEach(reason -> {
                if (cpu.cpu() < MAX_CPUS) {
                    counter.dataPoint(loss(Integer.toString(cpu.cpu()), reason, cpu.count(reason)));
                } else {
                    otherCpus.merge(reason, cpu.count(reason), Long::sum);
                }
            });
        }
        otherCpus.forEach((reason, count) -> counter.dataPoint(loss("other", reason, count)));
        LossCounters.Reason.all(lost)
                .filter(reason -> !reason.hasCpu())
                .forEach(reason -> counter.dataPoint(loss("unknown", reason, losses.count(reason))));
        return counter.build();
    }

    /** Returns the reasons that are counted per CPU. */
    private static Stream<LossCounters.Reason> perCpuReasons(boolean lost) {
        return LossCounters.Reason.all(lost).filter(LossCounters.Reason::hasCpu);
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
                .help("Time to evaluate all rules for an event, including alerts. One event in 64 is timed.")
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
