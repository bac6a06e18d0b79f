package io.tiercel.functions.stage;

import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentRules;
import io.tiercel.functions.incident.IncidentStore;
import io.tiercel.functions.respond.Responder;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** What time alone brings: containments that have lasted long enough are released, incidents that are quiet are closed. */
public final class SweepStage {
    /** Most incidents looked at in one sweep; the next takes the rest. */
    static final int MOST = 1_000;

    private final IncidentStore incidents;
    private final IncidentRules rules;
    private final Responder responder;
    private final IncidentCloser closer;
    private final InstantSource clock;

    public SweepStage(
            IncidentStore incidents,
            IncidentRules rules,
            Responder responder,
            IncidentCloser closer,
            InstantSource clock) {
        this.incidents = incidents;
        this.rules = rules;
        this.responder = responder;
        this.closer = closer;
        this.clock = clock;
    }

    /**
     * Sweeps once: quiet incidents first, so that a responder that fails does not keep them open.
     *
     * @return how many incidents it has closed
     * @throws io.tiercel.functions.incident.StoreUnavailable if a store fails; the next sweep takes what this one has left
     */
    public int sweep() {
        Instant now = clock.instant();
        int closed = 0;
        for (Incident incident : incidents.quietSince(now.minus(rules.shortestQuiet()), MOST)) {
            Duration quiet = rules.of(incident.fingerprint().rule()).quiet();
            if (!incident.lastReceivedAt().plus(quiet).isAfter(now) && closer.closeQuiet(incident)) {
                closed++;
            }
        }
        responder.sweep();
        return closed;
    }
}
