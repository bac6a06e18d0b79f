package io.tiercel.functions.notification;

import java.time.Duration;

/** A channel to people. */
public interface Notifier {
    /** A count that is never reached: the channel tells of changes only. */
    long NEVER = Long.MAX_VALUE;

    /** Name of the channel, unique among the notifiers of one installation, e.g. {@code slack}. */
    String channel();

    /**
     * The count at which the next message is due, after one that told {@code announcedCount}; greater than that. A channel
     * that cannot edit what it has said tells powers of ten.
     */
    default long nextCount(long announcedCount) {
        return PowersOfTen.after(announcedCount);
    }

    /** Least time between two messages about one incident of which only the count has changed. */
    default Duration pause() {
        return Duration.ofSeconds(10);
    }

    /** Least time between any two messages. */
    Duration pace();

    /**
     * Sends what is worth telling and waits, within a time-out of its own, until the channel has taken it. Does not throw
     * for anything the channel does. If {@link Announcement#unsure} the same may have been sent before.
     */
    Delivery send(Notice notice);
}
