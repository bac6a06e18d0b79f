package io.tiercel.functions.interact;

import java.time.Instant;

/** Remembers tokens that may be used only once. */
public interface TokenReplayGuard {
    /**
     * Returns whether a token has been used. A caller whose action may be repeated checks this, performs the action, and marks the token
     * afterwards: if a store fails in between, the next attempt performs the action again instead of losing it.
     *
     * @throws io.tiercel.functions.incident.StoreUnavailable if the store fails
     */
    boolean used(String token);

    /**
     * Marks a token as used. The operation is atomic across all processes.
     *
     * @param token at most 256 characters
     * @param until the earliest time at which the token may be forgotten; later uses must be rejected by their age
     * @return true if the token had not been used before
     * @throws io.tiercel.functions.incident.StoreUnavailable if the store fails
     */
    boolean use(String token, Instant until);
}
