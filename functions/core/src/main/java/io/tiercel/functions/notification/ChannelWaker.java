package io.tiercel.functions.notification;

import java.time.Instant;

/** Wakes a channel's lane because a message has become pending. A lost call delays the message until the next scheduled run. */
@FunctionalInterface
public interface ChannelWaker {
    /** Wakes nobody: lanes look for pending messages themselves. */
    ChannelWaker NONE = (channel, subject, change, due) -> {};

    /**
     * Wakes the lane of a channel.
     *
     * @param subject the subject with a pending message
     * @param change identifies the change of the record among all its changes; at most 100 printable ASCII characters
     * @param due the earliest time of the message. An implementation may ignore times that the next scheduled run will find
     */
    void wake(String channel, Subject subject, String change, Instant due);
}
