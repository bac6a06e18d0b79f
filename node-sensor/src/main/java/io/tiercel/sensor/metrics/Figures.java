package io.tiercel.sensor.metrics;

import io.tiercel.rules.alert.Priority;
import io.tiercel.sensor.capture.Losses;
import io.tiercel.sensor.pipeline.EvaluationHistogram;
import io.tiercel.sensor.spool.SpoolCounts;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the sensor counts, at one moment; never changed.
 *
 * @param takenNanos that moment, by {@link System#nanoTime}
 * @param events evaluated, by type
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
 * @param shipped what became of alerts that were sent; null without a server
 */
record Figures(
        long takenNanos,
        Map<String, Long> events,
        Losses losses,
        Map<String, Long> matches,
        Map<Priority, Long> alerts,
        Map<String, Long> alertsLost,
        EvaluationHistogram evaluation,
        Map<String, Long> stateSizes,
        long rules,
        long reloaded,
        long refused,
        @Nullable SpoolCounts spool,
        @Nullable Shipped shipped) {

    /**
     * What became of alerts that were sent to the server.
     *
     * @param delivered stored there
     * @param refused set aside, because the server can make nothing of them
     */
    record Shipped(long delivered, long refused) {}
}
