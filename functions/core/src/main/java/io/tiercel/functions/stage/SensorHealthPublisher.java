package io.tiercel.functions.stage;

import io.tiercel.functions.incident.SensorHealth;

/** Passes sensors' messages about themselves from {@code enrich} to {@code deduplicate}. */
@FunctionalInterface
public interface SensorHealthPublisher {
    /** Stores a message for the next stage. If this fails, the sender delivers it again. */
    void publish(SensorHealth health);
}
