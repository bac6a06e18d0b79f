package io.tiercel.functions.notification;

import io.tiercel.rules.alert.Priority;

/**
 * The order in which a channel delivers pending messages: the most urgent level first, and within a level the oldest first. Alerts that
 * anybody could have sent never overtake urgent ones of verified senders.
 */
public final class NotificationUrgency {
    /** Number of levels. The last one is for messages that differ in the count only. */
    public static final int LEVELS = 8;

    static final int COUNT_ONLY = LEVELS - 1;

    private static final int UNVERIFIED_URGENT = 3;

    private NotificationUrgency() {}

    /** Returns the level of a message about a change: 0 to 7. */
    public static int of(Priority priority, boolean verified) {
        return switch (priority) {
            case EMERGENCY -> verified ? 0 : UNVERIFIED_URGENT;
            case ALERT -> verified ? 1 : UNVERIFIED_URGENT;
            case CRITICAL -> verified ? 2 : UNVERIFIED_URGENT;
            case ERROR -> 4;
            case WARNING -> 5;
            case NOTICE -> 6;
            case INFORMATIONAL, DEBUG -> COUNT_ONLY;
        };
    }
}
