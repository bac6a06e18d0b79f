package io.tiercel.functions;

import org.jspecify.annotations.Nullable;

/**
 * What became of an alert.
 *
 * @param alertId its id, given or made
 * @param outcome {@code opened} an incident, {@code counted} in one, {@code duplicate} of one recorded before, or
 *     {@code health}: a sensor's message about itself
 * @param incidentId its incident; null for health
 */
public record AlertReceipt(
        String alertId, String outcome, @Nullable String incidentId) {}
