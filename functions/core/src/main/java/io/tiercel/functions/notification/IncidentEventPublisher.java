package io.tiercel.functions.notification;

import io.tiercel.functions.incident.UrgencyClass;

/** Publishes that an incident has changed in the store, so that channels receive what they have not shown yet. */
@FunctionalInterface
public interface IncidentEventPublisher {
    /**
     * Publishes a change of an incident. Repeating a call with the same arguments has no effect.
     *
     * <p>Implementations must not block for long. If this method throws, the caller's message is processed and the change published
     * again.
     *
     * @param change identifies the change among all changes of this incident: a later change never has the text of an earlier one, even
     *     if the incident returns to an earlier state. At most 200 printable ASCII characters
     */
    void publish(String incidentId, String change);

    /**
     * Publishes a change that alerts have caused, or whose number depends on that of alerts. A queue that looks up the class of an incident
     * ignores this one.
     *
     * @param urgency the class of the change
     */
    default void publish(String incidentId, String change, UrgencyClass urgency) {
        publish(incidentId, change);
    }
}
