package io.tiercel.functions.respond.action;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The time until which a step, or a run over a plan, may take. Long work checks it between calls.
 *
 * @param at the end
 * @param clock the time source
 */
public record Deadline(Instant at, InstantSource clock) {
    /** Returns a deadline after some time from now. */
    public static Deadline after(Duration time, InstantSource clock) {
        return new Deadline(clock.instant().plus(time), clock);
    }

    /** Returns the earlier of two deadlines. */
    public Deadline earlier(Deadline other) {
        return other.at.isBefore(at) ? other : this;
    }

    /** Returns the remaining time; zero if it has passed. */
    public Duration remaining() {
        Duration remaining = Duration.between(clock.instant(), at);
        return remaining.isNegative() ? Duration.ZERO : remaining;
    }

    /** Returns whether the deadline has passed. */
    public boolean passed() {
        return !clock.instant().isBefore(at);
    }

    /**
     * Checks the deadline.
     *
     * @throws ActionException of kind {@code RETRYABLE} if it has passed
     */
    public void check() {
        if (passed()) {
            throw ActionException.retryable("the step exceeded its time and is tried again", null);
        }
    }
}
