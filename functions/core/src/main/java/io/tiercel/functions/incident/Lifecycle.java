package io.tiercel.functions.incident;

import org.jspecify.annotations.Nullable;

/**
 * Where an incident stands in its life. It opens with its first alert; escalates as it gathers tactics and alerts; is closed
 * by a person or after a quiet time; and opens again, as the same incident, when its cause recurs.
 *
 * @param state open or closed
 * @param escalation how many thresholds it has passed ({@link Escalation}); 0 for none; never less than before
 * @param episode 1 for the first time that it is open, and one more for each time that it has opened again
 * @param closing how it was closed; null while it is open
 */
public record Lifecycle(
        IncidentState state,
        int escalation,
        int episode,
        @Nullable IncidentClosure closing) {
    /** An incident that has just opened for the first time. */
    public static Lifecycle opened() {
        return new Lifecycle(IncidentState.OPEN, 0, 1, null);
    }

    /** {@code open}, {@code escalated} if it is open and has passed a threshold, or {@code closed}. */
    public String label() {
        return state == IncidentState.OPEN && escalation > 0 ? "escalated" : state.label();
    }
}
