package io.tiercel.functions.notification;

import io.tiercel.functions.incident.Incident;

/** Decides which channels receive an incident. */
@FunctionalInterface
public interface Routing {
    /** Every channel receives every incident. */
    Routing ALL_CHANNELS = (incident, channel) -> true;

    /** Returns true if the channel receives the incident. */
    boolean routes(Incident incident, String channel);
}
