package io.tiercel.functions.notification;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What one channel has told its readers about one incident, and what it owes them. There is one per incident and
 * channel however often the incident grows: a debt, not a queue, so that it needs no limit and the last count is never lost.
 *
 * @param incidentId the incident
 * @param channel {@link Notifier#channel}
 * @param announcedCount the count last told; 0 if nothing was
 * @param owedFrom the channel owes a message as soon as the incident's count reaches this
 * @param notBefore no message before this
 * @param attempts failed attempts at the message that is owed now
 * @param sent messages delivered
 * @param problem why the last attempt failed; null if it did not
 */
public record Announcement(
        String incidentId,
        String channel,
        long announcedCount,
        long owedFrom,
        Instant notBefore,
        int attempts,
        long sent,
        @Nullable String problem) {
    /** What is owed to a channel that has not said anything yet. */
    public static Announcement none(String incidentId, String channel) {
        return new Announcement(incidentId, channel, 0, 1, Instant.EPOCH, 0, 0, null);
    }
}
