package io.tiercel.sensor.detect;

import io.tiercel.sensor.heartbeat.WatchGap;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.TreeMap;

/** The length of the times in which the sensor did not watch, as far as this run noticed them. Not thread-safe. */
final class WatchGapTotals {
    private final double[] seconds = new double[WatchGap.Kind.values().length];

    void add(WatchGap gap) {
        seconds[gap.kind().ordinal()] += gap.seconds();
    }

    /** Returns the seconds by reason, also those without a gap. */
    SequencedMap<String, Double> byReason() {
        SequencedMap<String, Double> byReason = new TreeMap<>();
        for (WatchGap.Kind kind : WatchGap.Kind.values()) {
            byReason.put(reason(kind), seconds[kind.ordinal()]);
        }
        return byReason;
    }

    /** Returns the name of a reason in alerts and metrics. */
    static String reason(WatchGap.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }
}
