package io.tiercel.functions.notification;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The notification outbox. The dispatcher records an attempt before it sends a message and records the result afterwards.
 * After a crash in between, the next attempt therefore knows that the message may have arrived.
 *
 * <p>All methods throw {@link io.tiercel.functions.incident.StoreUnavailable} if the store fails.
 */
public interface NotificationStore {
    /** Returns the record of an incident on a channel; empty if the channel has none yet. */
    Optional<NotificationRecord> findRecord(String incidentId, String channel);

    /** Returns the records of an incident, ordered by channel. */
    List<NotificationRecord> listRecords(String incidentId);

    /**
     * Stores a record if the stored revision is one less; the first revision is 1.
     *
     * @return whether the record was stored: false if the stored revision differs or the incident no longer exists
     */
    boolean replace(NotificationRecord next);

    /**
     * Returns incidents with a message that is pending on the channel and may be sent now, longest waiting first.
     *
     * <p>A message is pending if the count has reached {@link NotificationRecord#pendingFromCount} and {@link
     * NotificationRecord#notBefore} has passed. It is also pending if the incident's state differs from the delivered one
     * and the record is not {@link NotificationRecord#blocked}. Incidents without a record are included.
     */
    List<String> findPending(String channel, Instant now, int limit);

    /** Returns the acknowledgement of an incident; empty if it is not acknowledged. */
    Optional<Acknowledgement> acknowledgement(String incidentId);

    /** Stores an acknowledgement and replaces an earlier one; does nothing if the incident does not exist. */
    void acknowledge(Acknowledgement acknowledgement);
}
