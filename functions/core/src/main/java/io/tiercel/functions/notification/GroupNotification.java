package io.tiercel.functions.notification;

import java.time.Instant;

/**
 * The content of one message about a group, and its difference to the previous one on the same channel. A group pages at most once:
 * with its first message.
 *
 * @param group the current group
 * @param previous the channel's record before this message; {@link NotificationRecord#deliveredCount} counts incidents
 * @param now the current time
 */
public record GroupNotification(GroupSummary group, NotificationRecord previous, Instant now) {
    /** Returns true if this is the channel's first message about the group. */
    public boolean first() {
        return previous.sent() == 0;
    }

    /** Returns true if all incidents of the group are closed. */
    public boolean closed() {
        return group.openIncidents() == 0;
    }
}
