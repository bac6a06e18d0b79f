package io.tiercel.functions.stage;

import io.tiercel.functions.incident.EnrichedAlert;

/** The way from {@code enrich} to {@code deduplicate}. */
@FunctionalInterface
public interface EnrichedAlertPublisher {
    /** Hands an alert on; it is stored when this returns. Where it throws, the alert is delivered and enriched again. */
    void publish(EnrichedAlert alert);
}
