package io.tiercel.sensor.output;

/**
 * Decides how a receiver is tried that does not answer. The first failures are followed by short waits; after a few in a
 * row it opens: then single alerts are sent as probes, at growing intervals, until one is taken. So a receiver that comes
 * back under the load of many nodes is not knocked over by their full batches at once.
 *
 * <p>Changed by one thread, read by any.
 */
final class CircuitBreaker {
    /** Failures in a row that open it. */
    static final int FAILURES = 5;

    static final long LONGEST_WAIT_MS = 60_000;

    private final Backoff backOff;
    private int failures;
    private volatile boolean open;

    /**
     * Starts closed.
     *
     * @param longestWaitMs longest wait between probes
     */
    CircuitBreaker(long longestWaitMs) {
        this.backOff = new Backoff(longestWaitMs);
    }

    /** Something was taken; true if that has closed it. */
    boolean succeeded() {
        failures = 0;
        backOff.reset();
        boolean wasOpen = open;
        open = false;
        return wasOpen;
    }

    /** Nothing was taken; true if that has opened it. */
    boolean failed() {
        failures = Math.min(failures + 1, FAILURES);
        boolean wasOpen = open;
        open = failures >= FAILURES;
        return open && !wasOpen;
    }

    /** How long to wait before the next try, in milliseconds; longer each time. */
    long waitMillis() {
        return backOff.nextMillis();
    }

    boolean isOpen() {
        return open;
    }
}
