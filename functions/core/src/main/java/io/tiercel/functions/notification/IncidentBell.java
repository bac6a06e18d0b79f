package io.tiercel.functions.notification;

/** Rung after an incident has changed in the store, so that whoever announces incidents looks at it. */
@FunctionalInterface
public interface IncidentBell {
    /**
     * Says that an incident has changed, at least once per change. Must not block for long; where it throws, the alert
     * is delivered again and the bell rung again.
     */
    void ring(String incidentId);
}
