package io.tiercel.bench.functions;

import java.util.Arrays;
import java.util.Locale;

/** Durations, sorted. */
record Percentiles(long[] nanos) {
    static Percentiles of(long... nanos) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return new Percentiles(sorted);
    }

    /** In milliseconds, with one place behind the point. */
    String millis(double share) {
        int index = (int) Math.ceil(share * nanos.length) - 1;
        return String.format(Locale.ROOT, "%.1f", nanos[Math.clamp(index, 0, nanos.length - 1)] / 1e6);
    }
}
