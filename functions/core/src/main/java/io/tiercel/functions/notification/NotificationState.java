package io.tiercel.functions.notification;

import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentState;
import io.tiercel.rules.alert.Priority;
import java.util.Optional;

/**
 * The part of an incident's state that triggers a notification when it changes.
 *
 * @param state the state as {@code GET /incidents} shows it; empty if nothing was delivered
 * @param episode how many times the incident has opened; 0 if nothing was delivered
 * @param priority {@link Priority#label}
 * @param response {@link ResponseStatus#state}; empty without a response
 * @param acknowledgedBy the operator that acknowledged the current episode; empty if not acknowledged
 * @param verified whether a verified sender sent one of the alerts
 */
public record NotificationState(
        String state, int episode, String priority, String response, String acknowledgedBy, boolean verified) {
    /** The state of a channel that has delivered nothing. */
    public static final NotificationState NONE = new NotificationState("", 0, "", "", "", false);

    private static final String ESCALATED = "escalated";

    /** The current state of an incident. */
    public static NotificationState of(
            Incident incident, Optional<ResponseStatus> response, Optional<Acknowledgement> acknowledgement) {
        int episode = episode(incident);
        return new NotificationState(
                incident.lifecycle().label(),
                episode,
                incident.priority().label(),
                response.map(ResponseStatus::state).orElse(""),
                acknowledgement
                        .filter(current -> current.episode() == episode)
                        .map(Acknowledgement::by)
                        .orElse(""),
                incident.verified());
    }

    /** The episode of an incident, from 1. */
    public static int episode(Incident incident) {
        return incident.lifecycle().episode();
    }

    /** Returns true if the incident is closed. */
    public boolean closed() {
        return state.equals(IncidentState.CLOSED.label());
    }

    /** Returns true if the first alert of a verified sender has arrived. */
    boolean verifiedSince(NotificationState before) {
        return verified && !before.verified();
    }

    /**
     * Returns true if the incident has become more urgent: by the priority of its alerts, by its growth, or because a verified
     * sender confirms alerts that anybody could have sent.
     */
    boolean escalatedSince(NotificationState before) {
        Optional<Priority> previous = Priority.parse(before.priority());
        boolean moreUrgent = previous.isPresent()
                && Priority.parse(priority)
                        .filter(current -> current.compareTo(previous.get()) < 0)
                        .isPresent();
        return moreUrgent
                || verifiedSince(before)
                || state.equals(ESCALATED) && !before.state().equals(ESCALATED);
    }

    /** Returns true if the incident was closed and has opened since. */
    boolean reopenedSince(NotificationState before) {
        return !closed() && (before.closed() || before.episode() > 0 && episode > before.episode());
    }
}
