package io.tiercel.functions.incident;

import org.jspecify.annotations.Nullable;

/**
 * The state of an incident. It opens with its first alert. Each threshold that it reaches escalates it. It closes after a quiet
 * time or by a person, and reopens as the same incident if its cause recurs.
 *
 * @param state open or closed
 * @param escalation number of thresholds that it has reached ({@link Escalation}); never decreases
 * @param episode 1 when it first opens; increases by one each time it reopens
 * @param closing how it was closed; null while it is open
 */
public record Lifecycle(
        IncidentState state,
        int escalation,
        int episode,
        @Nullable IncidentClosure closing) {
    /** Returns the state of an incident that has just opened for the first time. */
    public static Lifecycle opened() {
        return new Lifecycle(IncidentState.OPEN, 0, 1, null);
    }

    /** Returns {@code open}, {@code closed}, or {@code escalated} for an open incident that has reached a threshold. */
    public String label() {
        return state == IncidentState.OPEN && escalation > 0 ? "escalated" : state.label();
    }
}
