package io.tiercel.functions.notification;

import java.time.Duration;

/** A channel that delivers notifications to people or programs. */
public interface NotificationChannel extends AutoCloseable {
    /** A count that is never reached: the channel reports state changes only. */
    long NEVER = Long.MAX_VALUE;

    /** The name of the channel, unique within one installation, e.g. {@code slack}. */
    String name();

    /**
     * Returns the alert count at which the next message is due; greater than {@code deliveredCount}. The default is the
     * next power of ten, for channels that cannot edit their messages.
     */
    default long nextCount(long deliveredCount) {
        return CountThresholds.nextPowerOfTen(deliveredCount);
    }

    /** The minimum time between two messages about one incident that differ in the count only. */
    default Duration updateInterval() {
        return Duration.ofSeconds(10);
    }

    /**
     * The minimum time between two updates of one group. Each update reads all incidents of the group, and channels that only page
     * have nothing to say most of the time.
     */
    default Duration groupInterval() {
        return Duration.ofSeconds(60);
    }

    /** The minimum time between any two messages. */
    Duration sendInterval();

    /**
     * Sends a notification and waits, within the channel's own timeout, until the channel has accepted it. Failures of the
     * channel are returned, not thrown. If {@link NotificationRecord#inFlight} is set in {@link IncidentNotification#previous},
     * the same message may have been sent before.
     */
    DeliveryResult send(IncidentNotification notification);

    /**
     * Sends a message about a group: like {@link #send}, one thread per group, edited as the group grows if the channel can edit. A
     * channel that pages people pages with the first message only.
     */
    DeliveryResult sendGroup(GroupNotification notification);

    /** Returns whether this channel may take over urgent incidents while other channels lose messages. */
    default boolean takesOver() {
        return true;
    }

    /** Releases connections and threads. Does nothing for channels without. */
    @Override
    default void close() {}
}
