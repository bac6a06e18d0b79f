package io.tiercel.functions.interact;

import io.tiercel.functions.incident.Incident;

/** Closes an incident because somebody wants it; does nothing if it is closed. */
@FunctionalInterface
public interface ClosingByHand {
    /**
     * Closes it, and tells everybody.
     *
     * @param by who, e.g. {@code pagerduty:Alice}
     */
    void close(Incident incident, String by);
}
