package io.tiercel.functions.incident;

/**
 * The parts of an incident that determine the next actions.
 *
 * @param count number of alerts, as in {@link Incident}
 * @param tactics number of different tactics
 * @param lifecycle its state
 * @param auditedEpisode the last episode whose opening is in the audit log ({@link IncidentStore#markAudited}); 0 for none
 */
public record IncidentSummary(long count, int tactics, Lifecycle lifecycle, int auditedEpisode) {}
