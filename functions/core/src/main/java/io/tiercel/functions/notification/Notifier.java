package io.tiercel.functions.notification;

import io.tiercel.functions.incident.Incident;
import java.time.Duration;

/** A channel to people. */
public interface Notifier {
    /** Name of the channel, unique among the notifiers of one installation, e.g. {@code slack}. */
    String channel();

    /** The count at which the next message is due, after one that told {@code announcedCount}; greater than that. */
    long nextCount(long announcedCount);

    /** Least time between two messages about one incident. */
    Duration pause();

    /** Least time between any two messages. */
    Duration pace();

    /**
     * Sends one message and waits, within a time-out of its own, until the channel has taken it. Does not throw for
     * anything the channel does.
     *
     * @param announcedCount the count that was told before; 0 for a new incident
     */
    Delivery send(Incident incident, long announcedCount);
}
