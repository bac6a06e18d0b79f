package io.tiercel.functions.aws;

import io.tiercel.functions.respond.ApprovalOutcome;
import io.tiercel.functions.respond.Responder;
import io.tiercel.functions.respond.state.StateStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Consumer;

/**
 * Says with every sweep how many responses are overdue: a time limit that has run out, an order or an interrupted step that
 * nobody has followed although each minute's sweep asks for it. infra/terraform counts this line, and rings an alarm.
 */
final class OverdueResponseLog implements Responder {
    /** Ten sweeps in vain. */
    static final Duration LATE = Duration.ofMinutes(10);

    static final int MOST = 100;

    private final Responder responder;
    private final StateStore store;
    private final InstantSource clock;
    private final Consumer<String> log;

    OverdueResponseLog(Responder responder, StateStore store, InstantSource clock, Consumer<String> log) {
        this.responder = responder;
        this.store = store;
        this.clock = clock;
        this.log = log;
    }

    @Override
    public void sweep() {
        int overdue = store.due(clock.instant().minus(LATE), MOST).size();
        if (overdue > 0) {
            log.accept("responses overdue: " + overdue + (overdue == MOST ? " or more" : ""));
        }
        responder.sweep();
    }

    @Override
    public void respond(String incidentId) {
        responder.respond(incidentId);
    }

    @Override
    public ApprovalOutcome approve(String incidentId, String planId, String by) {
        return responder.approve(incidentId, planId, by);
    }

    @Override
    public void release(String incidentId, String by) {
        responder.release(incidentId, by);
    }
}
