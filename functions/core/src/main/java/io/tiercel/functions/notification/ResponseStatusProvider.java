package io.tiercel.functions.notification;

import io.tiercel.functions.incident.Incident;
import java.util.Optional;

/** Provides the status of the response to an incident. */
@FunctionalInterface
public interface ResponseStatusProvider {
    /**
     * Returns the status of the response; empty if no response is planned.
     *
     * @throws io.tiercel.functions.incident.StoreUnavailable if the store fails
     */
    Optional<ResponseStatus> statusOf(Incident incident);
}
