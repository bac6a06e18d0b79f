package io.tiercel.sensor.output;

import java.util.concurrent.ThreadLocalRandom;

/** Waiting times that double from 100 ms to a limit, the later half of each by chance, so that nodes do not call in step. */
final class Backoff {
    static final long FIRST_MS = 100;
    static final long LONGEST_MS = 10_000;

    private final long longestMs;
    private long millis = FIRST_MS;

    /** Up to 10 s. */
    Backoff() {
        this(LONGEST_MS);
    }

    /**
     * Up to another limit.
     *
     * @param longestMs at least {@link #FIRST_MS}
     */
    Backoff(long longestMs) {
        this.longestMs = longestMs;
    }

    long nextMillis() {
        long wait = millis / 2 + ThreadLocalRandom.current().nextLong(millis / 2 + 1);
        millis = Math.min(millis * 2, longestMs);
        return wait;
    }

    void reset() {
        millis = FIRST_MS;
    }
}
