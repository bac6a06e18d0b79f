package io.tiercel.sensor.metrics;

import io.tiercel.rules.alert.Priority;
import io.tiercel.sensor.bpf.CaptureVariant;
import io.tiercel.sensor.bpf.LossCounters;
import io.tiercel.sensor.container.ContainerQueryStatus;
import io.tiercel.sensor.delivery.PendingStatus;
import io.tiercel.sensor.detect.EvaluationHistogram;
import io.tiercel.sensor.identity.IdentityStatus;
import io.tiercel.sensor.output.OutputCounts;
import io.tiercel.sensor.output.ShipperCounts;
import io.tiercel.sensor.process.LookupFailures;
import io.tiercel.sensor.process.StateMemory;
import io.tiercel.sensor.spool.SpoolCounts;
import io.tiercel.sensor.start.StartPhase;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * An immutable snapshot of the sensor's metrics.
 *
 * @param collectedNanos time of the snapshot, from {@link System#nanoTime}
 * @param capturing true if the event loop has started
 * @param events evaluated events by type
 * @param filtered events dropped by the prefilter, by type
 * @param processMasks how often the kernel was told what rules out the events of a process
 * @param verifiedEvents events that the prefilter excluded and the rules evaluated nevertheless
 * @param prefilterMismatches how often a rule matched although the prefilter had excluded it
 * @param losses lost and incomplete events
 * @param captureVariant variant of the capture program; null for a recording
 * @param ruleMatches alerts by rule
 * @param alerts alerts by priority
 * @param alertsLost lost alerts, by reason
 * @param gapSeconds seconds in which the sensor did not watch, by reason
 * @param evaluationTimes rule evaluation times
 * @param stateSizes entries in the node state, by kind
 * @param stateMemory memory of the node state
 * @param lookupFailures what could not be read of processes and containers
 * @param containerQueries state of the queries to container runtimes
 * @param rules number of enabled rules
 * @param reloads number of successful rule reloads
 * @param rejectedReloads number of failed rule reloads
 * @param identity state of the configured credentials
 * @param pending alerts that wait to be written
 * @param spool counters of the spool; null without a spool
 * @param delivery counters of the shipper; null without a server or queue
 * @param outputs counters of the outputs, by name
 * @param threadFailures failures of threads, by name
 * @param droppedLogLines lines of the log that were dropped because standard error was blocked
 * @param startPhases seconds that the parts of the start took
 * @param startSeconds seconds from the start of the process until the sensor was ready; empty before that
 */
record MetricsSnapshot(
        long collectedNanos,
        boolean capturing,
        Map<String, Long> events,
        Map<String, Long> filtered,
        long processMasks,
        long verifiedEvents,
        long prefilterMismatches,
        LossCounters losses,
        @Nullable CaptureVariant captureVariant,
        Map<String, Long> ruleMatches,
        Map<Priority, Long> alerts,
        Map<String, Long> alertsLost,
        Map<String, Double> gapSeconds,
        EvaluationHistogram evaluationTimes,
        Map<String, Long> stateSizes,
        StateMemory stateMemory,
        LookupFailures lookupFailures,
        ContainerQueryStatus containerQueries,
        long rules,
        long reloads,
        long rejectedReloads,
        IdentityStatus identity,
        PendingStatus pending,
        @Nullable SpoolCounts spool,
        @Nullable ShipperCounts delivery,
        Map<String, OutputCounts> outputs,
        Map<String, Long> threadFailures,
        long droppedLogLines,
        Map<StartPhase, Double> startPhases,
        OptionalDouble startSeconds) {}
