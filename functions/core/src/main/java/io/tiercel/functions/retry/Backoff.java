package io.tiercel.functions.retry;

import java.time.Duration;

/**
 * Exponential backoff without jitter: the delay doubles with every failed attempt, up to a maximum.
 *
 * @param first the delay after the first failed attempt
 * @param max the longest delay
 */
public record Backoff(Duration first, Duration max) {
    private static final int MAX_DOUBLINGS = 20;

    /**
     * Returns the delay before the next attempt.
     *
     * @param failures the number of consecutive failures, from 1
     */
    public Duration delay(int failures) {
        Duration delay = first.multipliedBy(1L << Math.clamp(failures - 1, 0, MAX_DOUBLINGS));
        return delay.compareTo(max) < 0 ? delay : max;
    }
}
