package io.tiercel.functions.notification;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The outbox. A message is delivered at least once: the announcement is saved after the channel has taken the message,
 * so a crash between the two repeats it. Fails like {@link io.tiercel.functions.incident.IncidentStore}.
 */
public interface AnnouncementStore {
    /** What the channel has said about the incident; empty if nothing yet. */
    Optional<Announcement> announcement(String incidentId, String channel);

    /** What every channel has said about the incident, by channel. */
    List<Announcement> announcements(String incidentId);

    /** Keeps an announcement in place of the one of the same incident and channel. */
    void save(Announcement announcement);

    /**
     * Incidents about which the channel owes a message that may be sent now, longest waiting first: count at least
     * {@link Announcement#owedFrom}, {@link Announcement#notBefore} reached; incidents without announcement included.
     */
    List<String> owing(String channel, Instant now, int limit);
}
