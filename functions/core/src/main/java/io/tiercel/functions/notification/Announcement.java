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
 * @param owedFrom the channel owes a message as soon as the incident's count reaches this; 0 if it owes one anyway
 * @param notBefore no message about a count before this; where {@link #held}, none at all
 * @param attempts failed attempts at the message that is owed now
 * @param sent messages delivered
 * @param problem why the last attempt failed; null if it did not
 * @param situation how the incident stood when it was last told
 * @param thread where the channel's messages about the incident hang together, in the channel's own terms; null if they do
 *     not, or none was sent
 * @param unsure whether a message is being sent: if nobody says what became of it until {@code notBefore}, whoever sent it
 *     is dead, and it may or may not have arrived
 * @param revision grows with every change, so that of two who change it at once one notices
 */
public record Announcement(
        String incidentId,
        String channel,
        long announcedCount,
        long owedFrom,
        Instant notBefore,
        int attempts,
        long sent,
        @Nullable String problem,
        Situation situation,
        @Nullable String thread,
        boolean unsure,
        long revision) {
    /** What is owed to a channel that has not said anything yet. */
    public static Announcement none(String incidentId, String channel) {
        return new Announcement(incidentId, channel, 0, 1, Instant.EPOCH, 0, 0, null, Situation.UNTOLD, null, false, 0);
    }

    /** Whether nothing may be said before {@link #notBefore}: a message is on its way, or failed lately. */
    public boolean held() {
        return unsure || attempts > 0;
    }

    /** While a message is being sent: it is owed until somebody says what became of it. */
    Announcement claimed(Instant until) {
        return new Announcement(
                incidentId,
                channel,
                announcedCount,
                0,
                until,
                attempts,
                sent,
                problem,
                situation,
                thread,
                true,
                revision + 1);
    }

    /** After nothing had to be said. */
    Announcement settled(long nextCount, Situation known) {
        return new Announcement(
                incidentId,
                channel,
                announcedCount,
                nextCount,
                Instant.EPOCH,
                0,
                sent,
                null,
                known,
                thread,
                false,
                revision + 1);
    }

    /** After a message that was delivered. */
    Announcement told(long count, long nextCount, Instant quietUntil, Situation told, @Nullable String newThread) {
        return new Announcement(
                incidentId,
                channel,
                count,
                nextCount,
                quietUntil,
                0,
                sent + 1,
                null,
                told,
                newThread == null ? thread : newThread,
                false,
                revision + 1);
    }

    /** After an attempt that failed and is worth another. */
    Announcement failed(Instant notAgainBefore, String why, @Nullable String newThread) {
        return new Announcement(
                incidentId,
                channel,
                announcedCount,
                0,
                notAgainBefore,
                attempts + 1,
                sent,
                why,
                situation,
                newThread == null ? thread : newThread,
                false,
                revision + 1);
    }

    /** After the last attempt. */
    Announcement givenUp(long nextCount, Situation untold, String why) {
        int tries = attempts + 1;
        return new Announcement(
                incidentId,
                channel,
                announcedCount,
                nextCount,
                Instant.EPOCH,
                0,
                sent,
                "gave up after " + tries + (tries == 1 ? " attempt: " : " attempts: ") + why,
                untold,
                thread,
                false,
                revision + 1);
    }
}
