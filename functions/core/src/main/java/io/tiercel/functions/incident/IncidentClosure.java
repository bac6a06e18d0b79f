package io.tiercel.functions.incident;

import java.time.Instant;

/**
 * How an incident was closed.
 *
 * @param at when
 * @param by {@link #QUIET}, or who did
 * @param untilNanos alerts of events after this, in nanoseconds since the epoch, open it again; earlier ones, that are only
 *     late, are counted and leave it closed
 */
public record IncidentClosure(Instant at, String by, long untilNanos) {
    /** Closed because nothing was heard of it for its quiet time. */
    public static final String QUIET = "quiet";
}
