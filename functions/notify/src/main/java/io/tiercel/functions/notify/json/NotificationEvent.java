package io.tiercel.functions.notify.json;

import io.tiercel.functions.notification.GroupNotification;
import io.tiercel.functions.notification.IncidentNotification;
import java.util.Locale;

/** What has happened to an incident or a group since the previous message on the same channel. */
public enum NotificationEvent {
    OPENED,
    GROWN,
    ESCALATED,
    ACKNOWLEDGED,
    /** Another part of its state, for example its response. */
    CHANGED,
    CLOSED,
    REOPENED;

    /** Returns the most important event of a notification. */
    public static NotificationEvent of(IncidentNotification notification) {
        if (notification.state().closed()) {
            return CLOSED;
        }
        if (notification.first()) {
            return OPENED;
        }
        if (notification.reopened()) {
            return REOPENED;
        }
        if (notification.escalated()) {
            return ESCALATED;
        }
        if (notification.acknowledged()) {
            return ACKNOWLEDGED;
        }
        return notification.stateChanged() ? CHANGED : GROWN;
    }

    /** Returns the event of a message about a group: it opens, grows or closes. */
    public static NotificationEvent of(GroupNotification notification) {
        if (notification.closed()) {
            return CLOSED;
        }
        return notification.first() ? OPENED : GROWN;
    }

    /** Returns the name in documents, for example {@code opened}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
