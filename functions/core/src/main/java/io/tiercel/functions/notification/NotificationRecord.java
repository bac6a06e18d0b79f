package io.tiercel.functions.notification;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The delivery state of one incident on one channel: what was delivered, and what is pending.
 *
 * <p>There is one record per incident and channel, no matter how often the incident grows. The store therefore needs no
 * limit, and the last count is never lost.
 *
 * @param incidentId the incident
 * @param channel {@link NotificationChannel#name}
 * @param deliveredCount the alert count in the last delivered message; 0 if none was delivered
 * @param pendingFromCount a message is pending when the incident's count reaches this value; 0 if one is pending already
 * @param notBefore the earliest time of the next message about a count; if {@link #blocked}, of any message
 * @param attempts failed attempts to deliver the pending message
 * @param sent number of delivered messages
 * @param error the reason for the last failure; null if the last attempt did not fail
 * @param state the incident's state in the last delivered message
 * @param thread the channel's own reference to the thread of this incident; null if the channel has no threads or sent nothing
 * @param inFlight whether a message is being sent. If no result is recorded until {@code notBefore}, the sender has
 *     crashed, and the message may or may not have arrived.
 * @param revision increases by one with every change, for optimistic locking
 */
public record NotificationRecord(
        String incidentId,
        String channel,
        long deliveredCount,
        long pendingFromCount,
        Instant notBefore,
        int attempts,
        long sent,
        @Nullable String error,
        NotificationState state,
        @Nullable String thread,
        boolean inFlight,
        long revision) {
    /** The record of a channel that has not sent anything about the incident. */
    public static NotificationRecord initial(String incidentId, String channel) {
        return new NotificationRecord(
                incidentId, channel, 0, 1, Instant.EPOCH, 0, 0, null, NotificationState.NONE, null, false, 0);
    }

    /** Returns true if no message may be sent before {@link #notBefore}: one is in flight, or the last attempt failed. */
    public boolean blocked() {
        return inFlight || attempts > 0;
    }

    /** Returns {@link #notBefore} in milliseconds since the epoch, rounded up: a message may be late, but never early. */
    public long notBeforeMillis() {
        return notBefore.plusNanos(999_999).toEpochMilli();
    }

    /** The record while a message is being sent. The message stays pending until a result is recorded. */
    NotificationRecord claimed(Instant until) {
        return new NotificationRecord(
                incidentId,
                channel,
                deliveredCount,
                0,
                until,
                attempts,
                sent,
                error,
                state,
                thread,
                true,
                revision + 1);
    }

    /** The record after the channel decided that no message is necessary. */
    NotificationRecord skipped(long nextCount, NotificationState current) {
        return new NotificationRecord(
                incidentId,
                channel,
                deliveredCount,
                nextCount,
                Instant.EPOCH,
                0,
                sent,
                null,
                current,
                thread,
                false,
                revision + 1);
    }

    /** The record after a successful delivery. */
    NotificationRecord delivered(
            long count,
            long nextCount,
            Instant nextNotBefore,
            NotificationState delivered,
            @Nullable String newThread) {
        return new NotificationRecord(
                incidentId,
                channel,
                count,
                nextCount,
                nextNotBefore,
                0,
                sent + 1,
                null,
                delivered,
                newThread == null ? thread : newThread,
                false,
                revision + 1);
    }

    /** The record after a failed attempt that will be retried. */
    NotificationRecord failed(Instant retryAt, String reason, @Nullable String newThread) {
        return new NotificationRecord(
                incidentId,
                channel,
                deliveredCount,
                0,
                retryAt,
                attempts + 1,
                sent,
                reason,
                state,
                newThread == null ? thread : newThread,
                false,
                revision + 1);
    }

    /** The record after the last attempt: the message is dropped. */
    NotificationRecord dropped(long nextCount, NotificationState dropped, String reason) {
        int failedAttempts = attempts + 1;
        return new NotificationRecord(
                incidentId,
                channel,
                deliveredCount,
                nextCount,
                Instant.EPOCH,
                0,
                sent,
                "gave up after " + failedAttempts + (failedAttempts == 1 ? " attempt: " : " attempts: ") + reason,
                dropped,
                thread,
                false,
                revision + 1);
    }
}
