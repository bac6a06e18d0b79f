package io.tiercel.functions.incident;

/**
 * The result of recording an alert.
 *
 * @param incidentId the incident in which the alert is counted: that of its fingerprint, or of {@link IncidentAlert#folded}
 * @param duplicate whether the alert was recorded before, so that nothing changed
 * @param opened whether the alert opened or reopened the incident
 * @param summary the incident including this alert
 */
public record RecordResult(String incidentId, boolean duplicate, boolean opened, IncidentSummary summary) {}
