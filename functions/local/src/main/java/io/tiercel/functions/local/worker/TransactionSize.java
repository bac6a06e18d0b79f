package io.tiercel.functions.local.worker;

import java.time.Duration;

/**
 * The number of alerts that one transaction counts. All other transactions wait for it, so it has few alerts if each opens an incident,
 * and many if they belong to one incident, which is written once. Not thread-safe.
 */
final class TransactionSize {
    private static final int MIN = 5;
    private static final int MAX = 500;

    private final long targetNanos;
    private int alerts = 50;

    /** @param target how long a transaction should take */
    TransactionSize(Duration target) {
        this.targetNanos = target.toNanos();
    }

    /** Returns the number of alerts for the next transaction, 5 to 500. */
    int alerts() {
        return alerts;
    }

    /**
     * Adapts the size. It at most doubles.
     *
     * @param counted the number of alerts of a transaction, at least 1
     * @param nanos how long the transaction took
     */
    void took(int counted, long nanos) {
        long fitting = counted * targetNanos / Math.max(1, nanos);
        alerts = Math.clamp(fitting, MIN, Math.min(MAX, 2 * alerts));
    }
}
