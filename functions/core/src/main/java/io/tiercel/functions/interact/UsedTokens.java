package io.tiercel.functions.interact;

import java.time.Instant;

/** Remembers what may be used once. Fails like the incident store. */
@FunctionalInterface
public interface UsedTokens {
    /**
     * Uses a token, atomically among all processes.
     *
     * @param token at most 256 characters
     * @param until how long it is remembered at least; afterwards whoever shows it is refused for its age
     * @return whether it had not been used before
     */
    boolean use(String token, Instant until);
}
