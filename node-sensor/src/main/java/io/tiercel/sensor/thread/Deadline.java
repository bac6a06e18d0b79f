package io.tiercel.sensor.thread;

import java.time.Duration;

/** The end of several steps that share one time limit. */
public final class Deadline {
    private final long endNanos;

    private Deadline(long endNanos) {
        this.endNanos = endNanos;
    }

    /** Returns the deadline that ends after a time from now. */
    public static Deadline after(Duration time) {
        return new Deadline(System.nanoTime() + time.toNanos());
    }

    /** Returns the remaining time, at most {@code max} and at least zero. */
    public Duration atMost(Duration max) {
        Duration left = Duration.ofNanos(Math.max(0, endNanos - System.nanoTime()));
        return left.compareTo(max) < 0 ? left : max;
    }
}
