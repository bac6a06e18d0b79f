package io.tiercel.bench.functions;

import java.util.Arrays;
import java.util.Locale;

/** Percentiles of durations. */
record Percentiles(long[] nanos) {
    static Percentiles of(long... nanos) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return new Percentiles(sorted);
    }

    /** Returns a percentile in milliseconds, with one decimal place. */
    String millis(double fraction) {
        int index = (int) Math.ceil(fraction * nanos.length) - 1;
        return String.format(Locale.ROOT, "%.1f", nanos[Math.clamp(index, 0, nanos.length - 1)] / 1e6);
    }
}
