package io.tiercel.sensor.output;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Exponential backoff with jitter. Delays double from 100 ms to a maximum, and half of each is random, so that nodes do
 * not retry in lockstep.
 */
public final class Backoff {
    static final long MIN_DELAY_MS = 100;
    static final long DEFAULT_MAX_DELAY_MS = 10_000;

    /** The longest delay that a receiver can request. A longer one would let a wrong clock stop the delivery. */
    public static final Duration MAX_RETRY_AFTER = Duration.ofMinutes(5);

    private final long maxDelayMs;
    private long delayMs = MIN_DELAY_MS;

    /** Creates a backoff with delays of up to 10 seconds. */
    public Backoff() {
        this(DEFAULT_MAX_DELAY_MS);
    }

    /**
     * Creates a backoff with delays of up to a maximum.
     *
     * @param maxDelayMs at least {@link #MIN_DELAY_MS}
     */
    public Backoff(long maxDelayMs) {
        this.maxDelayMs = maxDelayMs;
    }

    /** Returns the delay before the next attempt in milliseconds, and doubles the one after it. */
    public long nextDelayMillis() {
        long delay = delayMs / 2 + ThreadLocalRandom.current().nextLong(delayMs / 2 + 1);
        delayMs = Math.min(delayMs * 2, maxDelayMs);
        return delay;
    }

    /**
     * Returns the delay before the next attempt in milliseconds, like {@link #nextDelayMillis()}, after the time that the receiver requested.
     * The random part keeps nodes from retrying all at once.
     *
     * @param requested at least zero; a longer time than {@link #MAX_RETRY_AFTER} counts as that
     */
    public long nextDelayMillis(Duration requested) {
        Duration limited = requested.compareTo(MAX_RETRY_AFTER) > 0 ? MAX_RETRY_AFTER : requested;
        return limited.toMillis() + nextDelayMillis();
    }

    /** Starts again with the minimum delay. */
    public void reset() {
        delayMs = MIN_DELAY_MS;
    }
}
