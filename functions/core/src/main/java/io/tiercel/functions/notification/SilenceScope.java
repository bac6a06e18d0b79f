package io.tiercel.functions.notification;

import io.tiercel.rules.alert.Priority;
import java.time.Duration;
import java.util.List;

/**
 * What a message showed when somebody silences its incident: the silence covers nothing worse.
 *
 * @param priority the priority of the incident
 * @param escalated whether it was escalated
 * @param verified whether a verified sender had sent one of its alerts
 * @param plan the first 12 digits of {@link NotificationState#plan} if it awaited approval; empty if none did
 */
public record SilenceScope(Priority priority, boolean escalated, boolean verified, String plan) {
    /** The durations that a message offers. */
    public static final List<Duration> DURATIONS =
            List.of(Duration.ofHours(1), Duration.ofHours(8), Duration.ofDays(3));

    private static final int PLAN_LENGTH = 12;

    /** Returns what a message shows. */
    public static SilenceScope of(NotificationState state) {
        return new SilenceScope(
                Priority.parse(state.priority()).orElse(Priority.DEBUG),
                state.state().equals("escalated"),
                state.verified(),
                awaitingPlan(state));
    }

    /** Returns the plan that awaits approval, 12 hexadecimal digits; empty if none does. */
    public static String awaitingPlan(NotificationState state) {
        return state.response().equals(PlanStatusProvider.AWAITING_APPROVAL)
                        && state.plan().length() >= PLAN_LENGTH
                ? state.plan().substring(0, PLAN_LENGTH)
                : "";
    }

    /**
     * Returns the condition of a silence of one incident. It ends to match if the incident becomes more urgent, escalates, becomes
     * verified, or a plan awaits approval that the message did not show.
     *
     * @param incidentId lower-case hexadecimal digits
     */
    public String condition(String incidentId) {
        return "incident.id = \"" + incidentId + "\" and incident.urgency >= " + priority.ordinal()
                + (escalated ? "" : " and not incident.state = escalated")
                + (verified ? "" : " and incident.verified_count = 0")
                + " and (not incident.response = \"" + PlanStatusProvider.AWAITING_APPROVAL + "\""
                + (plan.isEmpty() ? "" : " or incident.plan = \"" + plan + "\"") + ")";
    }
}
