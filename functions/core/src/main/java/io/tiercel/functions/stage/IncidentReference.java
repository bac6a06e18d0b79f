package io.tiercel.functions.stage;

import org.jspecify.annotations.Nullable;

/**
 * The message that {@code respond} receives when an incident has changed.
 *
 * @param incidentId the changed incident; null if the message names none
 */
public record IncidentReference(@Nullable String incidentId) {}
