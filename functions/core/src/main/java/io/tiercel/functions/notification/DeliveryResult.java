package io.tiercel.functions.notification;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The result of sending one message. */
public sealed interface DeliveryResult {
    /**
     * The channel accepted the message.
     *
     * @param thread the new {@link NotificationRecord#thread}; null to keep the current one
     */
    record Sent(@Nullable String thread) implements DeliveryResult {
        /** The message was accepted, and the thread does not change. */
        public Sent() {
            this(null);
        }
    }

    /** The channel does not report this kind of change. */
    record Skipped() implements DeliveryResult {}

    /**
     * The attempt failed and is worth a retry.
     *
     * @param after the minimum delay that the channel requests; zero if it requests none
     * @param reason without secrets
     * @param thread the new {@link NotificationRecord#thread} if the channel accepted part of the message; null to keep
     *     the current one
     */
    record Retry(Duration after, String reason, @Nullable String thread) implements DeliveryResult {
        /** The channel accepted nothing. */
        public Retry(Duration after, String reason) {
            this(after, reason, null);
        }
    }

    /**
     * The channel rejected the message, and a retry would not help.
     *
     * @param reason without secrets
     */
    record Rejected(String reason) implements DeliveryResult {}
}
