package io.tiercel.functions.notification;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What became of a message. */
public sealed interface Delivery {
    /**
     * The channel has taken it.
     *
     * @param thread {@link Announcement#thread} from now on; null to leave it as it is
     */
    record Sent(@Nullable String thread) implements Delivery {
        /** The channel has no threads, or this is in the one that it had. */
        public Sent() {
            this(null);
        }
    }

    /** There was nothing worth telling on this channel. */
    record Unneeded() implements Delivery {}

    /**
     * Not now; worth another try.
     *
     * @param after least time until then, as the channel asks; zero if it does not say
     * @param reason without secrets
     * @param thread {@link Announcement#thread} from now on: part of it was taken; null to leave it as it is
     */
    record Later(Duration after, String reason, @Nullable String thread) implements Delivery {
        /** Nothing was taken. */
        public Later(Duration after, String reason) {
            this(after, reason, null);
        }
    }

    /**
     * Never: trying again would not help.
     *
     * @param reason without secrets
     */
    record Refused(String reason) implements Delivery {}
}
