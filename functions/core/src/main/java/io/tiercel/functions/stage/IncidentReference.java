package io.tiercel.functions.stage;

import org.jspecify.annotations.Nullable;

/**
 * What {@code respond} and {@code notify} are called with.
 *
 * @param incidentId the incident that has changed; null for {@code notify}: all that is due
 */
public record IncidentReference(@Nullable String incidentId) {}
