package io.tiercel.functions.notification;

import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentState;
import io.tiercel.rules.alert.Priority;
import java.util.Optional;

/**
 * An incident's circumstances, as far as a change of them is worth telling at once.
 *
 * @param state as {@code GET /incidents} spells it; empty before anything was told
 * @param episode how many times it has opened; 0 before anything was told
 * @param priority {@link Priority#label}
 * @param response {@link ResponseStatus#state}; empty without a response
 * @param acknowledgedBy who takes care of it; empty if nobody does
 */
public record Situation(String state, int episode, String priority, String response, String acknowledgedBy) {
    /** Before anything was told. */
    public static final Situation UNTOLD = new Situation("", 0, "", "", "");

    private static final String ESCALATED = "escalated";

    static Situation of(
            Incident incident, Optional<ResponseStatus> response, Optional<Acknowledgement> acknowledgement) {
        int episode = episode(incident);
        return new Situation(
                incident.lifecycle().label(),
                episode,
                incident.priority().label(),
                response.map(ResponseStatus::state).orElse(""),
                acknowledgement
                        .filter(care -> care.episode() == episode)
                        .map(Acknowledgement::by)
                        .orElse(""));
    }

    /** The time that the incident is open, from 1. */
    public static int episode(Incident incident) {
        return incident.lifecycle().episode();
    }

    /** Whether the incident is closed. */
    public boolean closed() {
        return state.equals(IncidentState.CLOSED.label());
    }

    /** Whether the incident has become more urgent since, by its alerts' priority or by its growth. */
    boolean escalatedSince(Situation before) {
        Optional<Priority> was = Priority.parse(before.priority());
        boolean moreUrgent = was.isPresent()
                && Priority.parse(priority)
                        .filter(now -> now.compareTo(was.get()) < 0)
                        .isPresent();
        return moreUrgent || state.equals(ESCALATED) && !before.state().equals(ESCALATED);
    }

    /** Whether the incident was closed and has opened since. */
    boolean reopenedSince(Situation before) {
        return !closed() && (before.closed() || before.episode() > 0 && episode > before.episode());
    }
}
