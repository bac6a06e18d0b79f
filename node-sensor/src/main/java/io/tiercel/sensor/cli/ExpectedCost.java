package io.tiercel.sensor.cli;

import io.tiercel.sensor.bpf.record.SyscallTable;
import io.tiercel.sensor.prefilter.EventTypeSummary;
import io.tiercel.sensor.prefilter.Prefilter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Estimates of the CPU time that events cost, for readers of rules. Measured on one machine, so other machines differ.
 *
 * <p>The part in the kernel is from {@code bench/results/arguments-6.18-2026-11-28.md} and {@code capture-cost-6.18-2026-11-30.md}. The part of
 * the sensor's process is the column "Sum" of {@code bench/results/records-6.18-2026-12-01.md}.
 */
final class ExpectedCost {
    /** An event that the prefilter drops. */
    private static final int DROPPED_NANOS = 230;

    /**
     * The kernel's part of a complete record, including the test of the prefilter. A record whose paths are compared costs the same
     * if it is dropped.
     */
    private static final int RECORD_NANOS = 660;

    /** The sensor's part of a complete record if its type was not measured. */
    private static final int OTHER_NANOS = 1_500;

    private static final int OPEN_NANOS = 3_400;
    private static final int EXEC_NANOS = 17_000;

    /** The columns "Decode" and "State". */
    private static final int EXEC_STATE_NANOS = 5_500;

    private static final int OTHER_STATE_NANOS = 350;

    private static final Map<String, Integer> SENSOR_NANOS = Map.ofEntries(
            Map.entry("open", OPEN_NANOS),
            Map.entry("openat", OPEN_NANOS),
            Map.entry("openat2", OPEN_NANOS),
            Map.entry("creat", OPEN_NANOS),
            Map.entry("execve", EXEC_NANOS),
            Map.entry("execveat", EXEC_NANOS));

    private static final String NEEDED = "none is dropped, because the sensor needs them for its state";

    private static final double NANOS_PER_MICRO = 1_000;

    private ExpectedCost() {}

    /** Returns the cost of a complete record of a type in nanoseconds. */
    static int ofRecord(String type) {
        return RECORD_NANOS + SENSOR_NANOS.getOrDefault(type, OTHER_NANOS);
    }

    /** Returns the cost of a record that only changes the state, in nanoseconds. */
    private static int ofState(String type) {
        return RECORD_NANOS + (SENSOR_NANOS.getOrDefault(type, 0) == EXEC_NANOS ? EXEC_STATE_NANOS : OTHER_STATE_NANOS);
    }

    /** Describes the cost of the events of a type for a rule that does not match. */
    static String describe(EventTypeSummary type) {
        String record = micros(ofRecord(type.type()));
        if (SyscallTable.maintainsState(type.type())) {
            return type.drops()
                    ? micros(ofState(type.type())) + " for an event that the kernel rules out, " + record
                            + " for any other; " + NEEDED
                    : record + " for each event; " + NEEDED;
        }
        return type.drops()
                ? micros(type.comparesTexts() ? RECORD_NANOS : DROPPED_NANOS)
                        + " in the kernel for an event that it drops, " + record + " for any other"
                : record + " for each event, because the kernel drops none";
    }

    /** Describes the cost of a type of which the prefilter has no disjunct: it does not test the type, or no tested event can match. */
    static String describeWithoutSummary(String type) {
        return Prefilter.tests(type)
                ? micros(DROPPED_NANOS) + " in the kernel for each event that it tests, because none of them can match"
                : micros(ofRecord(type)) + " for each event, because the kernel does not test them";
    }

    /** Describes the cost of the fields that the kernel does not test; empty if it tests all. */
    static String ofUntested(List<EventTypeSummary.DisjunctSummary> disjuncts) {
        boolean partly = disjuncts.stream()
                .anyMatch(disjunct ->
                        !disjunct.everyEvent() && !disjunct.notPushedDown().isEmpty());
        return partly
                ? "events that pass the tests have the full cost, even if a field that is not tested rules them out"
                : "";
    }

    private static String micros(int nanos) {
        double micros = nanos / NANOS_PER_MICRO;
        return String.format(Locale.ROOT, micros < 10 ? "about %.1f µs" : "about %.0f µs", micros);
    }
}
