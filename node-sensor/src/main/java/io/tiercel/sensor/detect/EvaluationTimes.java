package io.tiercel.sensor.detect;

/**
 * How long rules take for an event, as a histogram of powers of two. One event in {@value #SAMPLED} is timed: reading the
 * clock costs a good part of what is measured.
 *
 * <p>For one thread.
 */
final class EvaluationTimes {
    /** A power of two. */
    static final int SAMPLED = 64;

    /** Upper bound of the lowest bucket: 2^7 = 128 ns; each further one is twice as wide, the last has no bound. */
    private static final int LOWEST_BITS = 7;

    private static final int BUCKETS = 20;

    private final long[] counts = new long[BUCKETS];
    private long sumNanos;

    /** Whether the event with this number, from 1, is to be timed. */
    static boolean sampled(long number) {
        return (number & (SAMPLED - 1)) == 0;
    }

    void add(long nanos) {
        int bits = Long.SIZE - Long.numberOfLeadingZeros(Math.max(nanos, 0));
        counts[Math.clamp(bits - LOWEST_BITS, 0, BUCKETS - 1)]++;
        sumNanos += nanos;
    }

    /** What has been measured so far. */
    EvaluationHistogram histogram() {
        double[] bounds = new double[BUCKETS];
        for (int i = 0; i < BUCKETS - 1; i++) {
            bounds[i] = (1L << (LOWEST_BITS + i)) / 1e9;
        }
        bounds[BUCKETS - 1] = Double.POSITIVE_INFINITY;
        return new EvaluationHistogram(bounds, counts.clone(), sumNanos / 1e9);
    }
}
