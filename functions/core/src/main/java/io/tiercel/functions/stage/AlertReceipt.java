package io.tiercel.functions.stage;

import org.jspecify.annotations.Nullable;

/**
 * The result of processing one alert.
 *
 * @param alertId id of the alert, from the document or generated
 * @param outcome {@code enriched}: passed to the next stage; {@code opened}: opened an incident; {@code counted}: counted in an
 *     open incident; {@code duplicate}: recorded before; {@code health}: a sensor's message about itself
 * @param incidentId id of the alert's incident; null before {@code deduplicate} and for health messages
 */
public record AlertReceipt(
        String alertId, String outcome, @Nullable String incidentId) {
    static final String HEALTH = "health";
}
