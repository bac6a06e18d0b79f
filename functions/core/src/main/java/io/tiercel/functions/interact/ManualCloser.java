package io.tiercel.functions.interact;

import io.tiercel.functions.incident.Incident;

/** Closes an incident on behalf of an operator. */
@FunctionalInterface
public interface ManualCloser {
    /**
     * Closes an incident and publishes the change; does nothing if the incident is closed.
     *
     * @param by the operator, e.g. {@code pagerduty:Alice}
     */
    void close(Incident incident, String by);
}
