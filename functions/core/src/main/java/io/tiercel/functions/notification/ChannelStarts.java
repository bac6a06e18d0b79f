package io.tiercel.functions.notification;

import java.time.Instant;

/** Knows since when channels exist. A channel receives no incident that is older than itself. */
@FunctionalInterface
public interface ChannelStarts {
    /** All channels have always existed. */
    ChannelStarts ALWAYS = channel -> Instant.MIN;

    /**
     * Returns the time at which a channel was first seen; records the current time if it is new.
     *
     * @throws io.tiercel.functions.incident.StoreUnavailable if the store fails
     */
    Instant startOf(String channel);
}
