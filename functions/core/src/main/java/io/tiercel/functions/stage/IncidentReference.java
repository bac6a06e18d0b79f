package io.tiercel.functions.stage;

import org.jspecify.annotations.Nullable;

/**
 * The message that {@code respond} and {@code notify} receive when an incident has changed.
 *
 * @param incidentId the changed incident; null for {@code notify} means all incidents with pending notifications
 */
public record IncidentReference(@Nullable String incidentId) {}
