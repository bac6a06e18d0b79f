package io.tiercel.sensor.detect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.rules.alert.Alert;
import io.tiercel.sensor.bpf.LossCounters;
import io.tiercel.sensor.bpf.LossCounters.CpuCounters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class EventLossReporterTest {
    private static final long SECOND = 1_000_000_000L;

    private final List<Alert> alerts = new ArrayList<>();
    private final InternalAlerts internal = new InternalAlerts("node", alerts::add);

    /** The counts are in the order ring full, too long, name cut, text unreadable; those of other reasons are 0. */
    private static CpuCounters cpu(int number, long... counts) {
        return new CpuCounters(
                number,
                IntStream.range(0, LossCounters.Reason.values().length)
                        .mapToObj(i -> i < counts.length ? counts[i] : 0)
                        .toList());
    }

    @Test
    void reportsLostEventsOnceByReasonAndCpu() {
        EventLossReporter report = EventLossReporter.forLostEvents(internal);
        report.report(new LossCounters(List.of(cpu(0, 4, 0, 9, 0), cpu(3, 2, 1, 0, 0)), 0), SECOND);
        assertEquals(
                Map.of(
                        "lost", 7L,
                        "lost_since_start", 7L,
                        "ring_full", 6L,
                        "record_too_long", 1L,
                        "recursion_miss", 0L,
                        "over_budget", 0L,
                        "state_over_budget", 0L,
                        "cpu_0_since_start", 4L,
                        "cpu_3_since_start", 3L),
                alerts.getFirst().outputFields());
        report.report(new LossCounters(List.of(cpu(0, 4, 0, 50, 0), cpu(3, 2, 1, 0, 0)), 0), 2 * SECOND);
        assertEquals(1, alerts.size(), "what is only incomplete is not lost");
        report.report(new LossCounters(List.of(cpu(0, 9, 0, 50, 0), cpu(3, 2, 1, 0, 0)), 0), 3 * SECOND);
        assertEquals(5L, alerts.getLast().outputFields().get("lost"));
        assertEquals(12L, alerts.getLast().outputFields().get("lost_since_start"));
    }

    @Test
    void reportsIncompleteEventsOnceAMinuteWithoutLosingCounts() {
        EventLossReporter report = EventLossReporter.forIncompleteEvents(internal);
        report.report(new LossCounters(List.of(cpu(1, 5, 0, 1, 2)), 0), SECOND);
        report.report(new LossCounters(List.of(cpu(1, 5, 0, 4, 2)), 0), 2 * SECOND);
        assertEquals(1, alerts.size());
        report.report(new LossCounters(List.of(cpu(1, 5, 0, 4, 3)), 0), 62 * SECOND);
        assertEquals(
                Map.of(
                        "lost", 4L,
                        "lost_since_start", 7L,
                        "path_truncated", 3L,
                        "argument_unreadable", 1L,
                        "call_not_remembered", 0L,
                        "arguments_changed", 0L,
                        "io_request_untracked", 0L,
                        "cpu_1_since_start", 7L),
                alerts.getLast().outputFields());
    }

    @Test
    void recursionMissesHaveNoCpu() {
        EventLossReporter.forLostEvents(internal).report(new LossCounters(List.of(), 3), SECOND);
        assertEquals(
                Map.of(
                        "lost",
                        3L,
                        "lost_since_start",
                        3L,
                        "ring_full",
                        0L,
                        "record_too_long",
                        0L,
                        "over_budget",
                        0L,
                        "state_over_budget",
                        0L,
                        "recursion_miss",
                        3L),
                alerts.getLast().outputFields());
        EventLossReporter.forIncompleteEvents(internal).report(new LossCounters(List.of(), 3), SECOND);
        assertEquals(1, alerts.size());
    }

    @Test
    void limitsTheCpusInAnAlert() {
        List<CpuCounters> cpus =
                IntStream.range(0, 500).mapToObj(i -> cpu(i, 1 + i, 0, 0, 0)).toList();
        EventLossReporter.forLostEvents(internal).report(new LossCounters(cpus, 0), SECOND);
        Alert alert = alerts.getFirst();
        assertEquals(23, alert.outputFields().size());
        assertTrue(alert.outputFields().containsKey("cpu_499_since_start"), "the worst are named");
        assertFalse(alert.outputFields().containsKey("cpu_0_since_start"));
    }
}
