package io.tiercel.sensor.output;

import java.util.concurrent.ThreadLocalRandom;

/** Waiting times that double from 100 ms to 10 s, the later half of each by chance, so that nodes do not call in step. */
final class BackOff {
    static final long FIRST_MS = 100;
    static final long LONGEST_MS = 10_000;

    private long millis = FIRST_MS;

    long nextMillis() {
        long wait = millis / 2 + ThreadLocalRandom.current().nextLong(millis / 2 + 1);
        millis = Math.min(millis * 2, LONGEST_MS);
        return wait;
    }

    void reset() {
        millis = FIRST_MS;
    }
}
