package io.tiercel.sensor.detect;

/** A histogram of rule evaluation times, from a sample of the events. */
public final class EvaluationHistogram {
    private final double[] boundSeconds;
    private final long[] counts;
    private final double sumSeconds;

    EvaluationHistogram(double[] boundSeconds, long[] counts, double sumSeconds) {
        this.boundSeconds = boundSeconds;
        this.counts = counts;
        this.sumSeconds = sumSeconds;
    }

    /** Returns the upper bounds of the buckets in seconds, in ascending order. The last bound is infinite. */
    public double[] boundSeconds() {
        return boundSeconds.clone();
    }

    /** Returns the number of events in each bucket. The counts are not cumulative. */
    public long[] counts() {
        return counts.clone();
    }

    /** Returns the sum of all measured times. */
    public double sumSeconds() {
        return sumSeconds;
    }
}
