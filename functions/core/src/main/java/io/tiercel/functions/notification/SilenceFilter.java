package io.tiercel.functions.notification;

import io.tiercel.functions.incident.Incident;
import java.time.Instant;
import java.util.Optional;

/** Decides whether messages about an incident are withheld. Any thread may call it. */
@FunctionalInterface
public interface SilenceFilter {
    /** No incident is silenced. */
    SilenceFilter NONE = (incident, state, now) -> Optional.empty();

    /**
     * A silence that covers an incident.
     *
     * @param id the silence; at most 100 characters
     * @param until its end. The incident is looked at again then, and within some minutes if the silence ends early
     */
    record Silenced(String id, Instant until) {}

    /**
     * Returns the silence that covers an incident and ends last; empty if there is none. Must not block for long.
     *
     * @param state the current state, with the status of its response
     */
    Optional<Silenced> silenced(Incident incident, NotificationState state, Instant now);
}
