package io.tiercel.functions.incident;

import io.tiercel.rules.alert.Priority;

/**
 * The parts of an incident that determine the next actions.
 *
 * @param count number of alerts, as in {@link Incident}
 * @param tactics number of different tactics
 * @param priority the most urgent priority of its alerts
 * @param verified whether a verified sender sent one of its alerts
 * @param lifecycle its state
 * @param auditedEpisode the last episode whose opening is in the audit log ({@link IncidentStore#markAudited}); 0 for none
 */
public record IncidentSummary(
        long count, int tactics, Priority priority, boolean verified, Lifecycle lifecycle, int auditedEpisode) {
    /** The summary of an incident that has expired. It has no episodes. */
    public static final IncidentSummary EXPIRED =
            new IncidentSummary(0, 0, Priority.DEBUG, false, new Lifecycle(IncidentState.CLOSED, 0, 0, null), 0);
}
