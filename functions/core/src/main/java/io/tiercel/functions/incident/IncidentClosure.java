package io.tiercel.functions.incident;

import java.time.Instant;

/**
 * The closing of an incident.
 *
 * @param at time of closing
 * @param by {@link #QUIET} or the person who closed it
 * @param untilNanos events after this time, in nanoseconds since the epoch, reopen the incident. Late alerts about
 *     earlier events are counted and leave it closed
 */
public record IncidentClosure(Instant at, String by, long untilNanos) {
    /** Closed automatically, because no alert arrived during the quiet time. */
    public static final String QUIET = "quiet";
}
