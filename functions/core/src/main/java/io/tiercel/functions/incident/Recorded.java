package io.tiercel.functions.incident;

/**
 * What recording an alert did.
 *
 * @param incidentId the alert's incident
 * @param duplicate whether the alert had been recorded before, so that nothing changed
 * @param opened whether it opened the incident
 */
public record Recorded(String incidentId, boolean duplicate, boolean opened) {}
