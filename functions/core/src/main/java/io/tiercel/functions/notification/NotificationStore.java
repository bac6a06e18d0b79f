package io.tiercel.functions.notification;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The notification outbox. A lane records an attempt before it sends a message, and the result afterwards. After a crash in between, the
 * next attempt therefore knows that the message may have arrived.
 *
 * <p>Any thread of any number of processes may call all methods. They throw {@link io.tiercel.functions.incident.StoreUnavailable} if the
 * store fails. A failed write may have had its effect or not.
 */
public interface NotificationStore {
    /** Returns the record of a subject on a channel; empty if the channel has none yet. */
    Optional<NotificationRecord> findRecord(Subject subject, String channel);

    /** Returns the records of a subject, ordered by channel. */
    List<NotificationRecord> listRecords(Subject subject);

    /**
     * Stores a record if the stored revision is one less; the first revision is 1.
     *
     * @return whether the record was stored
     */
    boolean replace(NotificationRecord next);

    /**
     * Returns subjects with a pending message on a channel whose due time has come: the most urgent first, then those due earliest. The
     * result may lag behind {@link #replace} by some seconds, so the caller reads the record before it acts.
     */
    List<Subject> findDue(String channel, Instant now, int limit);

    /** Returns the earliest due time on a channel, also in the past; empty if nothing is pending. */
    Optional<Instant> nextDue(String channel);

    /** Returns how much is pending on a channel, without silenced messages. */
    Backlog backlog(String channel);

    /** Returns the acknowledgement of an incident; empty if it is not acknowledged. */
    Optional<Acknowledgement> acknowledgement(String incidentId);

    /** Stores an acknowledgement and replaces an earlier one; does nothing if the incident does not exist. */
    void acknowledge(Acknowledgement acknowledgement);

    /**
     * What is pending on a channel.
     *
     * @param pending number of pending messages. A store may stop to count at {@link #MAX_COUNTED}
     * @param oldest the time since which the oldest one is pending; empty if there is none
     */
    record Backlog(long pending, Optional<Instant> oldest) {
        /** Nothing is pending. */
        public static final Backlog EMPTY = new Backlog(0, Optional.empty());

        /** Number of messages that every store counts. */
        public static final int MAX_COUNTED = 10_000;
    }
}
