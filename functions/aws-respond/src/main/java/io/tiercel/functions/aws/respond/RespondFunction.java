package io.tiercel.functions.aws.respond;

import io.quarkus.funqy.Funq;
import io.quarkus.runtime.Startup;
import io.tiercel.functions.aws.LogFailures;
import io.tiercel.functions.stage.IncidentReference;
import io.tiercel.functions.stage.RespondStage;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/**
 * The function {@code respond}: runs the response plan of an incident. It is created when the environment starts, with the clients of the
 * SDK. A snapshot of SnapStart then contains them, so that they do not slow down the first incident.
 */
@Startup
@Singleton
@LogFailures
public final class RespondFunction {
    private final RespondStage stage;

    @Inject
    public RespondFunction(RespondStage stage) {
        this.stage = stage;
    }

    /**
     * Responds to an incident that has changed.
     *
     * @throws io.tiercel.functions.intake.AlertRejected if the message does not name an incident
     */
    @Funq("respond")
    public IncidentReference respond(@Nullable IncidentReference reference) {
        return stage.respond(reference);
    }
}
