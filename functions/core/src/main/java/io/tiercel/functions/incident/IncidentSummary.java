package io.tiercel.functions.incident;

/**
 * As much of an incident as decides what is to be done about it.
 *
 * @param count as in {@link Incident}
 * @param tactics how many tactics
 * @param lifecycle where it stands
 * @param auditedEpisode the last episode whose opening has been noted, {@link IncidentStore#note}; 0 for none
 */
public record IncidentSummary(long count, int tactics, Lifecycle lifecycle, int auditedEpisode) {}
