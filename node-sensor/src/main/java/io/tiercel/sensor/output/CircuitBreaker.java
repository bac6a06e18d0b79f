package io.tiercel.sensor.output;

import java.time.Duration;

/**
 * Decides how to retry a receiver that does not respond.
 *
 * <p>After each of the first failures the caller waits a short time. After {@value #FAILURE_THRESHOLD} failures in a
 * row the circuit opens: the caller then probes the receiver with single alerts, at growing intervals. The first
 * success closes the circuit. Without probes, the full batches of many nodes would overload a receiver that just
 * recovered.
 *
 * <p>One thread changes it. Any thread may read it.
 */
final class CircuitBreaker {
    /** Failures in a row that open the circuit. */
    static final int FAILURE_THRESHOLD = 5;

    static final long MAX_DELAY_MS = 60_000;

    private final Backoff backoff;
    private int failures;
    private volatile boolean open;

    /**
     * Creates a closed circuit.
     *
     * @param maxDelayMs maximum interval between probes
     */
    CircuitBreaker(long maxDelayMs) {
        this.backoff = new Backoff(maxDelayMs);
    }

    /** Records a success. Returns true if it closed the circuit. */
    boolean recordSuccess() {
        failures = 0;
        backoff.reset();
        boolean wasOpen = open;
        open = false;
        return wasOpen;
    }

    /** Records a failure. Returns true if it opened the circuit. */
    boolean recordFailure() {
        failures = Math.min(failures + 1, FAILURE_THRESHOLD);
        boolean wasOpen = open;
        open = failures >= FAILURE_THRESHOLD;
        return open && !wasOpen;
    }

    /**
     * Returns the delay before the next attempt in milliseconds, and increases the one after it.
     *
     * @param requested delay that the receiver requested, which is limited
     */
    long nextDelayMillis(Duration requested) {
        return backoff.nextDelayMillis(requested);
    }

    boolean isOpen() {
        return open;
    }
}
