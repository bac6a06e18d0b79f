package io.tiercel.functions.stage;

import io.tiercel.functions.incident.EnrichedAlert;

/** Passes alerts from {@code enrich} to {@code deduplicate}. */
@FunctionalInterface
public interface EnrichedAlertPublisher {
    /** Stores an alert for the next stage. If this fails, the sender delivers the alert again, and it is enriched again. */
    void publish(EnrichedAlert alert);
}
