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

    /** Returns true if the number of incidents has reached another power of ten. */
    public boolean countGrown() {
        return group.incidents() >= CountThresholds.nextPowerOfTen(previous.deliveredCount());
    }

    /** Returns true if the last incident was closed since the previous message, or one was reopened. */
    public boolean closedChanged() {
        return closed() != previous.state().closed();
    }

    /** Returns true if the most urgent priority has become more urgent since the previous message. */
    public boolean moreUrgent() {
        return NotificationState.of(group).escalatedSince(previous.state());
    }

    /** Returns true if all incidents of the group are closed. */
    public boolean closed() {
        return group.openIncidents() == 0;
    }
}
