package io.tiercel.functions.notification;

import io.tiercel.functions.incident.Incident;
import java.util.Optional;

/** Where people look up how the response to an incident stands. Fails like the incident store. */
@FunctionalInterface
public interface ResponseBoard {
    /** How it stands; empty if nothing is planned. */
    Optional<ResponseStatus> of(Incident incident);
}
