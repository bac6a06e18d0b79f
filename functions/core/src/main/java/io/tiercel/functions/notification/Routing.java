package io.tiercel.functions.notification;

import io.tiercel.functions.incident.Incident;

/** Which channels are told of which incidents. */
@FunctionalInterface
public interface Routing {
    /** Every channel is told of every incident. */
    Routing EVERYWHERE = (incident, channel) -> true;

    /** Whether the channel is told of the incident. */
    boolean routes(Incident incident, String channel);
}
