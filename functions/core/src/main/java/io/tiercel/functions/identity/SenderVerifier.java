package io.tiercel.functions.identity;

import java.time.Instant;

/** Verifies the credentials that arrive with alerts. Implementations are thread-safe. */
@FunctionalInterface
public interface SenderVerifier {
    /** Verifies nothing: every sender is unverified. */
    SenderVerifier DISABLED = (credentials, sentAt) -> credentials.equals(SenderCredentials.NONE)
            ? Sender.NONE
            : Sender.unverified(Sender.Kind.NONE, "this deployment verifies no senders");

    /**
     * Verifies credentials. Never throws: whatever goes wrong makes the sender unverified, with a reason.
     *
     * @param credentials the credentials
     * @param sentAt when the sender sent them, by a clock that it does not control: the time of arrival over HTTP, SQS's {@code
     *     SentTimestamp} over SQS
     */
    Sender verify(SenderCredentials credentials, Instant sentAt);
}
