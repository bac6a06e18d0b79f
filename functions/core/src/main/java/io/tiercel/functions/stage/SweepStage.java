package io.tiercel.functions.stage;

import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentRules;
import io.tiercel.functions.incident.IncidentStore;
import io.tiercel.functions.respond.Responder;
import io.tiercel.functions.respond.action.Deadline;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** The stage that runs every minute: continues responses, first of all releases, and closes quiet incidents. */
public final class SweepStage {
    /** Maximum number of incidents that one sweep examines. The next sweep continues. */
    static final int MAX_INCIDENTS = 1_000;

    /** Time for closing incidents in one sweep, so that time remains for the audit log. The next sweep continues. */
    private static final Duration CLOSING = Duration.ofSeconds(10);

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
     * Runs once. A failure of one part does not keep the others from running.
     *
     * @return the number of incidents that this run closed
     * @throws io.tiercel.functions.incident.StoreUnavailable if a store fails; the next sweep continues
     */
    public int sweep() {
        RuntimeException failure = null;
        try {
            responder.sweep();
        } catch (RuntimeException e) {
            failure = e;
        }
        int closed = 0;
        try {
            closed = closeQuiet();
        } catch (RuntimeException e) {
            if (failure == null) {
                failure = e;
            } else {
                failure.addSuppressed(e);
            }
        }
        if (failure != null) {
            throw failure;
        }
        return closed;
    }

    private int closeQuiet() {
        Instant now = clock.instant();
        Deadline deadline = Deadline.after(CLOSING, clock);
        int closed = 0;
        for (Incident incident : incidents.quietSince(now.minus(rules.shortestQuiet()), MAX_INCIDENTS)) {
            if (deadline.passed()) {
                break;
            }
            Duration quiet = rules.forRule(incident.fingerprint().rule()).quiet();
            if (!incident.lastReceivedAt().plus(quiet).isAfter(now) && closer.closeQuiet(incident)) {
                closed++;
            }
        }
        return closed;
    }
}
