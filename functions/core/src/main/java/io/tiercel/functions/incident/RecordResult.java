package io.tiercel.functions.incident;

/**
 * What recording an alert did.
 *
 * @param incidentId the alert's incident
 * @param duplicate whether the alert had been recorded before, so that nothing changed
 * @param opened whether it opened the incident, for the first time or again
 * @param standing where the incident stands now, with this alert
 */
public record RecordResult(String incidentId, boolean duplicate, boolean opened, IncidentSummary standing) {}
