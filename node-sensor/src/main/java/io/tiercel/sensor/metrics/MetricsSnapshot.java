package io.tiercel.sensor.metrics;

import io.tiercel.rules.alert.Priority;
import io.tiercel.sensor.bpf.LossCounters;
import io.tiercel.sensor.detect.EvaluationHistogram;
import io.tiercel.sensor.output.OutputCounts;
import io.tiercel.sensor.output.ShipperCounts;
import io.tiercel.sensor.spool.SpoolCounts;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the sensor counts, at one moment; never changed.
 *
 * @param takenNanos that moment, by {@link System#nanoTime}
 * @param capturing whether the sensor's loop has begun
 * @param events evaluated, by type
 * @param dropped by the first pass, by type
 * @param losses in the kernel
 * @param matches alerts by rule
 * @param alerts alerts by priority
 * @param alertsLost alerts not kept until they were delivered, by reason
 * @param evaluation how long rules took
 * @param stateSizes what is kept of the node, by kind
 * @param rules rules in force
 * @param reloaded how often they were exchanged
 * @param refused how often new ones could not be used
 * @param spool what waits on disk; null without a spool
 * @param shipped what became of alerts that were delivered; null without a server or queue
 * @param outputs what each output has done, by its name
 */
record MetricsSnapshot(
        long takenNanos,
        boolean capturing,
        Map<String, Long> events,
        Map<String, Long> dropped,
        LossCounters losses,
        Map<String, Long> matches,
        Map<Priority, Long> alerts,
        Map<String, Long> alertsLost,
        EvaluationHistogram evaluation,
        Map<String, Long> stateSizes,
        long rules,
        long reloaded,
        long refused,
        @Nullable SpoolCounts spool,
        @Nullable ShipperCounts shipped,
        Map<String, OutputCounts> outputs) {}
