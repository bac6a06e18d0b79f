package io.tiercel.functions.interact;

import java.time.Instant;

/** Remembers tokens that may be used only once. */
@FunctionalInterface
public interface TokenReplayGuard {
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
