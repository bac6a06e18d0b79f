package io.tiercel.functions.stage;

import io.tiercel.functions.intake.AlertRejected;
import io.tiercel.functions.respond.Responder;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** Responds to incidents that have changed. It can be called again with the same incident. */
@Singleton
public final class RespondStage {
    private final Responder responder;

    @Inject
    public RespondStage(Responder responder) {
        this.responder = responder;
    }

    /**
     * Responds to an incident.
     *
     * @param reference the incident; null if the message was empty
     * @return the incident
     * @throws AlertRejected if the message does not name an incident
     * @throws io.tiercel.functions.incident.StoreUnavailable if a store fails; the caller must then retry
     */
    public IncidentReference respond(@Nullable IncidentReference reference) {
        if (reference == null || reference.incidentId() == null) {
            throw new AlertRejected("the message does not name an incident; expected {\"incidentId\":\"...\"}");
        }
        responder.respond(reference.incidentId());
        return reference;
    }
}
