package io.tiercel.functions.notification;

import io.tiercel.functions.incident.Incident;
import io.tiercel.rules.alert.Priority;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a message showed when somebody silences its incident: the silence covers nothing worse.
 *
 * @param priority the priority of the incident
 * @param escalated whether it was escalated
 * @param verified whether a verified sender had sent one of its alerts
 * @param plan the plan that awaited approval, 12 hexadecimal digits; empty if none did
 */
public record SilenceScope(Priority priority, boolean escalated, boolean verified, String plan) {
    /** The durations that a message offers. */
    public static final List<Duration> DURATIONS =
            List.of(Duration.ofHours(1), Duration.ofHours(8), Duration.ofDays(3));

    /** The form of {@link #plan}. */
    public static final Pattern PLAN = Pattern.compile("[0-9a-f]{12}");

    /** Returns what a message about an incident shows. */
    public static SilenceScope of(Incident incident, Optional<ResponseStatus> response) {
        return new SilenceScope(
                incident.priority(),
                incident.lifecycle().escalation() > 0,
                incident.verified(),
                response.filter(ResponseStatus::approvable)
                        .map(ResponseStatus::planId)
                        .filter(plan -> PLAN.matcher(plan).matches())
                        .orElse(""));
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
                + " and (not incident.response = \"awaiting approval\""
                + (plan.isEmpty() ? "" : " or incident.plan = \"" + plan + "\"") + ")";
    }
}
