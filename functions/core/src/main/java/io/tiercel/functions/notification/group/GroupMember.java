package io.tiercel.functions.notification.group;

import io.tiercel.functions.incident.Fingerprint;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentState;
import io.tiercel.functions.notification.GroupSummary;
import io.tiercel.rules.alert.Priority;
import io.tiercel.rules.text.TextLimit;
import java.time.Instant;

/**
 * An incident of a group.
 *
 * @param groupId the group
 * @param incidentId the incident
 * @param rule its rule, at most {@link #MAX_TEXT} characters, as the following two
 * @param workload its workload
 * @param target its target, or empty
 * @param priority its priority
 * @param verified whether a verified sender sent one of its alerts
 * @param count its number of alerts
 * @param open whether it is open
 * @param joinedAt when it joined, in whole milliseconds; a store keeps the first value
 */
public record GroupMember(
        String groupId,
        String incidentId,
        String rule,
        String workload,
        String target,
        Priority priority,
        boolean verified,
        long count,
        boolean open,
        Instant joinedAt) {
    /** Maximum length of each text in characters. */
    public static final int MAX_TEXT = 200;

    private static final String ELLIPSIS = "…";

    /** Returns the member of an incident. */
    public static GroupMember of(String groupId, Incident incident, Instant now) {
        Fingerprint cause = incident.fingerprint();
        return new GroupMember(
                groupId,
                incident.id(),
                cut(cause.rule()),
                cut(cause.workload()),
                cut(cause.target()),
                incident.priority(),
                incident.verified(),
                incident.count(),
                incident.state() == IncidentState.OPEN,
                Instant.ofEpochMilli(now.toEpochMilli()));
    }

    /** Returns the same member of another group. */
    public GroupMember in(String otherGroupId) {
        return new GroupMember(
                otherGroupId, incidentId, rule, workload, target, priority, verified, count, open, joinedAt);
    }

    /** Returns the cause as a message names it. */
    public GroupSummary.Cause cause() {
        return new GroupSummary.Cause(incidentId, rule, workload, target, priority, count, open);
    }

    static String cut(String text) {
        return TextLimit.cut(text, MAX_TEXT, ELLIPSIS);
    }
}
