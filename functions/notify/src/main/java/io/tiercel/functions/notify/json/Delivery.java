package io.tiercel.functions.notify.json;

import io.tiercel.functions.notification.GroupNotification;
import io.tiercel.functions.notification.IncidentNotification;
import io.tiercel.functions.notification.NotificationRecord;
import io.tiercel.rules.text.Sha256;
import java.time.Instant;

/** Which notifications a channel of programs delivers, and the identity of a delivery. */
public final class Delivery {
    private static final int HASH_BYTES = 4;

    private Delivery() {}

    /** Returns whether a notification is worth a message: it is the first, the state has changed or the count has grown tenfold. */
    public static boolean due(IncidentNotification notification) {
        return notification.first() || notification.stateChanged() || notification.countGrown();
    }

    /**
     * Returns an id that is the same for every attempt at one delivery, and another one after the incident's state has changed. A
     * receiver or a service that drops duplicates therefore never drops a change. At most 64 characters of a-z, 0-9 and -.
     */
    public static String id(IncidentNotification notification) {
        return id(
                notification.incident().id(),
                notification.previous(),
                notification.state().toString());
    }

    /** Like {@link #id(IncidentNotification)}, for a group. At most 96 characters. */
    public static String id(GroupNotification notification) {
        return id(
                notification.group().id(),
                notification.previous(),
                notification.group().priority() + " " + notification.group().verified() + " " + notification.closed());
    }

    /** A message that was given up may have arrived. The next due count distinguishes the next message from it. */
    private static String id(String subject, NotificationRecord previous, String state) {
        return subject + "-" + previous.sent() + "-"
                + new Sha256()
                        .update(previous.delivered().nextCount() + " " + state)
                        .hexPrefix(HASH_BYTES);
    }

    /** Returns the time since which the message is pending, which is the same for every attempt; without an outbox, the given time. */
    public static Instant since(NotificationRecord previous, Instant now) {
        NotificationRecord.Pending pending = previous.pending();
        return pending == null ? now : Instant.ofEpochMilli(pending.since());
    }
}
