package io.tiercel.functions.interact;

import io.tiercel.functions.incident.Incident;

/** Closes an incident on behalf of an operator. */
@FunctionalInterface
public interface ManualCloser {
    /**
     * Closes an incident and publishes the change; does nothing if the incident is closed.
     *
     * @param by the operator, e.g. {@code pagerduty:Alice}
     * @throws io.tiercel.functions.incident.StoreUnavailable if the incident cannot be closed now; repeat the call
     */
    void close(Incident incident, String by);
}
