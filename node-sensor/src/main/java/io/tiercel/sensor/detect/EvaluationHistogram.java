package io.tiercel.sensor.detect;

/** How long rules took for those events that were timed. */
public final class EvaluationHistogram {
    private final double[] boundSeconds;
    private final long[] counts;
    private final double sumSeconds;

    EvaluationHistogram(double[] boundSeconds, long[] counts, double sumSeconds) {
        this.boundSeconds = boundSeconds;
        this.counts = counts;
        this.sumSeconds = sumSeconds;
    }

    /** Upper bounds of the buckets in seconds, ascending; the last is infinite. */
    public double[] boundSeconds() {
        return boundSeconds.clone();
    }

    /** Events in each bucket alone. */
    public long[] counts() {
        return counts.clone();
    }

    /** All measured times together. */
    public double sumSeconds() {
        return sumSeconds;
    }
}
