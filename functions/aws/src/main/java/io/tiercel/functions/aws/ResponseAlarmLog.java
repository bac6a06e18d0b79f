package io.tiercel.functions.aws;

import io.tiercel.functions.respond.ApprovalOutcome;
import io.tiercel.functions.respond.ReleaseOutcome;
import io.tiercel.functions.respond.Responder;
import io.tiercel.functions.respond.hold.ExposedParts;
import io.tiercel.functions.respond.state.StateStore;
import io.tiercel.functions.respond.state.StateStore.DueKind;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Consumer;

/**
 * Logs what operators must know at once. Metric filters in infra/terraform count these lines and raise alarms.
 *
 * <p>Every sweep logs how many responses are overdue: an expired time limit, an operator command or an interrupted step that no
 * sweep has completed. Every sweep, and every response, logs how many parts of targets are more open than before their isolation.
 */
final class ResponseAlarmLog implements Responder {
    /** The time of ten sweeps. */
    static final Duration OVERDUE_AFTER = Duration.ofMinutes(10);

    static final int MAX_COUNT = ExposedParts.MAX_COUNT;

    private static final String EXPOSED = "responses exposed: ";

    private final Responder responder;
    private final StateStore store;
    private final ExposedParts exposed;
    private final InstantSource clock;
    private final Consumer<String> log;

    ResponseAlarmLog(Responder responder, StateStore store, InstantSource clock, Consumer<String> log) {
        this.responder = responder;
        this.store = store;
        this.exposed = new ExposedParts(store, clock);
        this.clock = clock;
        this.log = log;
    }

    @Override
    public void sweep() {
        int overdue = overdue(DueKind.RELEASE) + overdue(DueKind.RETRY);
        if (overdue > 0) {
            log.accept("responses overdue: " + (overdue >= MAX_COUNT ? MAX_COUNT + " or more" : overdue));
        }
        // Without a line the alarm keeps its state, so every sweep logs the count.
        log.accept(EXPOSED + exposed.getAsInt());
        responder.sweep();
    }

    private int overdue(DueKind kind) {
        return store.due(kind, clock.instant().minus(OVERDUE_AFTER), MAX_COUNT).size();
    }

    @Override
    public void respond(String incidentId) {
        try {
            responder.respond(incidentId);
        } finally {
            int count = exposed.getAsInt();
            if (count > 0) {
                log.accept(EXPOSED + count);
            }
        }
    }

    @Override
    public ApprovalOutcome approve(String incidentId, String planId, String by) {
        return responder.approve(incidentId, planId, by);
    }

    @Override
    public ReleaseOutcome release(String incidentId, String by) {
        return responder.release(incidentId, by);
    }
}
