package io.tiercel.functions.notification;

import java.time.Duration;

/** What became of a message. */
public sealed interface Delivery {
    /** The channel has taken it. */
    record Sent() implements Delivery {}

    /**
     * Not now; worth another try.
     *
     * @param after least time until then, as the channel asks; zero if it does not say
     * @param reason without secrets
     */
    record Later(Duration after, String reason) implements Delivery {}

    /**
     * Never: trying again would not help.
     *
     * @param reason without secrets
     */
    record Refused(String reason) implements Delivery {}
}
