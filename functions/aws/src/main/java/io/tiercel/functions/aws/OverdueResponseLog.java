package io.tiercel.functions.aws;

import io.tiercel.functions.respond.ApprovalOutcome;
import io.tiercel.functions.respond.Responder;
import io.tiercel.functions.respond.state.StateStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Consumer;

/**
 * Logs on every sweep how many responses are overdue: an expired time limit, an operator command or an interrupted step that no
 * sweep has completed. A metric filter in infra/terraform counts this line and raises an alarm.
 */
final class OverdueResponseLog implements Responder {
    /** The time of ten sweeps. */
    static final Duration OVERDUE_AFTER = Duration.ofMinutes(10);

    static final int MAX_COUNT = 100;

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
        int overdue = store.due(StateStore.DueKind.RETRY, clock.instant().minus(OVERDUE_AFTER), MAX_COUNT)
                .size();
        if (overdue > 0) {
            log.accept("responses overdue: " + overdue + (overdue == MAX_COUNT ? " or more" : ""));
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
