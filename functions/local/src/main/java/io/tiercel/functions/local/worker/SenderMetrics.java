package io.tiercel.functions.local.worker;

import io.tiercel.functions.identity.Sender;
import java.util.concurrent.atomic.LongAdder;

/** Counts alerts by the result of the verification of their senders, since the server started. Thread-safe. */
public final class SenderMetrics {
    private final LongAdder verified = new LongAdder();
    private final LongAdder unverified = new LongAdder();
    private final LongAdder rejectedPosts = new LongAdder();
    private final LongAdder mismatches = new LongAdder();

    /** Counts accepted alerts of a sender. */
    public void accepted(Sender sender, int alerts) {
        (sender.verified() ? verified : unverified).add(alerts);
    }

    /** Counts a request that was rejected because its sender is not verified. */
    public void rejected() {
        rejectedPosts.increment();
    }

    /** Counts an alert that contradicts its verified sender. */
    public void mismatched() {
        mismatches.increment();
    }

    /** Returns the number of accepted alerts of verified senders. */
    public long verified() {
        return verified.sum();
    }

    /** Returns the number of accepted alerts of other senders. */
    public long unverified() {
        return unverified.sum();
    }

    /** Returns the number of rejected requests. */
    public long rejectedPosts() {
        return rejectedPosts.sum();
    }

    /** Returns the number of alerts that contradict their verified sender. */
    public long mismatches() {
        return mismatches.sum();
    }
}
