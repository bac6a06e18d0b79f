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
 * @param plan a hash of the response's details that a message shows: the plan, its steps and its buttons; empty without a response
 */
public record NotificationState(
        String state,
        int episode,
        String priority,
        String response,
        String acknowledgedBy,
        boolean verified,
        String plan) {
    /** The state of a channel that has delivered nothing. */
    public static final NotificationState NONE = new NotificationState("", 0, "", "", "", false, "");

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
                incident.verified(),
                NotificationContent.planHash(response));
    }

    /** The current state of a group. */
    public static NotificationState of(GroupSummary group) {
        IncidentState state = group.openIncidents() == 0 ? IncidentState.CLOSED : IncidentState.OPEN;
        return new NotificationState(state.label(), 1, group.priority().label(), "", "", group.verified(), "");
    }

    /** Returns this state with another operator. */
    NotificationState acknowledgedBy(String operator) {
        return new NotificationState(state, episode, priority, response, operator, verified, plan);
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

    /**
     * Returns true if an incident that a group shows deserves a message of its own: it has escalated or reopened, or its response awaits
     * approval.
     *
     * @param before the state when it joined the group
     */
    boolean promotedSince(NotificationState before) {
        boolean awaits = response.equals(PlanStatusProvider.AWAITING_APPROVAL);
        return !closed()
                && (escalatedSince(before)
                        || reopenedSince(before)
                        || awaits && !before.response().equals(response));
    }

    /** Identifies what decides about a message of its own, for {@link Grouping#place}. */
    String occasion() {
        String approval = response.equals(PlanStatusProvider.AWAITING_APPROVAL) ? "-approval" : "";
        return episode + "-" + priority + "-" + state + (verified ? "-verified" : "") + approval;
    }

    /** Returns true if the incident was closed and has opened since. */
    boolean reopenedSince(NotificationState before) {
        return !closed() && (before.closed() || before.episode() > 0 && episode > before.episode());
    }
}
