package io.tiercel.functions.notification;

/** Publishes that an incident has changed in the store, so that the dispatcher delivers the pending notifications. */
@FunctionalInterface
public interface IncidentEventPublisher {
    /**
     * Publishes a change of an incident. Several changes in quick succession may be merged into one event.
     *
     * <p>Implementations must not block for long. If this method throws, the alert is processed and the event published
     * again.
     */
    void publish(String incidentId);
}
