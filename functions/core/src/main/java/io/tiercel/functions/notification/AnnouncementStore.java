package io.tiercel.functions.notification;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The outbox. That a message is being sent is kept before it is sent, and what became of it afterwards, so that after a
 * crash between the two the next attempt knows that the message may have arrived. Fails like
 * {@link io.tiercel.functions.incident.IncidentStore}.
 */
public interface AnnouncementStore {
    /** What the channel has said about the incident; empty if nothing yet. */
    Optional<Announcement> announcement(String incidentId, String channel);

    /** What every channel has said about the incident, by channel. */
    List<Announcement> announcements(String incidentId);

    /**
     * Keeps an announcement in place of the one before it, whose revision is one less; the first one's is 1.
     *
     * @return whether it was kept: not if another was kept meanwhile or the incident is no longer there
     */
    boolean replace(Announcement next);

    /**
     * Incidents about which the channel owes a message that may be sent now, longest waiting first: count at least
     * {@link Announcement#owedFrom} and {@link Announcement#notBefore} reached, or told in another state than theirs and not
     * {@link Announcement#held}; incidents without announcement included.
     */
    List<String> owing(String channel, Instant now, int limit);

    /** Who takes care of the incident; empty if nobody does. */
    Optional<Acknowledgement> acknowledgement(String incidentId);

    /** Keeps who takes care of an incident, in place of whoever did; does nothing if there is no such incident. */
    void acknowledge(Acknowledgement acknowledgement);
}
