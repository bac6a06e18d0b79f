package io.tiercel.sensor.detect;

/**
 * Measures rule evaluation times in a histogram with power-of-two buckets. Only one event in {@value #SAMPLE_INTERVAL}
 * is timed, because reading the clock takes about as long as the evaluation.
 *
 * <p>Not thread-safe.
 */
final class EvaluationTimes {
    /** Must be a power of two. */
    static final int SAMPLE_INTERVAL = 64;

    /**
     * Upper bound of the first bucket: 2^7 = 128 ns. Each further bucket is twice as wide, and the last one has no
     * upper bound.
     */
    private static final int LOWEST_BOUND_BITS = 7;

    private static final int BUCKETS = 20;

    private final long[] counts = new long[BUCKETS];
    private long sumNanos;

    /** Returns true if the event with this number should be timed. Numbers start at 1. */
    static boolean isSampled(long number) {
        return (number & (SAMPLE_INTERVAL - 1)) == 0;
    }

    void add(long nanos) {
        int bits = Long.SIZE - Long.numberOfLeadingZeros(Math.max(nanos, 0));
        counts[Math.clamp(bits - LOWEST_BOUND_BITS, 0, BUCKETS - 1)]++;
        sumNanos += nanos;
    }

    /** Returns a copy of the current histogram. */
    EvaluationHistogram histogram() {
        double[] bounds = new double[BUCKETS];
        for (int i = 0; i < BUCKETS - 1; i++) {
            bounds[i] = (1L << (LOWEST_BOUND_BITS + i)) / 1e9;
        }
        bounds[BUCKETS - 1] = Double.POSITIVE_INFINITY;
        return new EvaluationHistogram(bounds, counts.clone(), sumNanos / 1e9);
    }
}
