package io.tiercel.functions.stage;

import org.jspecify.annotations.Nullable;

/**
 * What became of an alert.
 *
 * @param alertId its id, given or made
 * @param outcome {@code enriched} and handed on; {@code opened} an incident, {@code counted} in one, {@code duplicate} of one
 *     recorded before; or {@code health}: a sensor's message about itself
 * @param incidentId its incident, once it is counted; null before, and for health
 */
public record AlertReceipt(
        String alertId, String outcome, @Nullable String incidentId) {}
