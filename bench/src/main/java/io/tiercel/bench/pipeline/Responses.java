package io.tiercel.bench.pipeline;

import io.tiercel.functions.audit.AuditLog;
import io.tiercel.functions.enrich.TargetLookup;
import io.tiercel.functions.incident.IncidentStore;
import io.tiercel.functions.notification.IncidentEventPublisher;
import io.tiercel.functions.notification.PlanStatusProvider;
import io.tiercel.functions.notification.ResponseStatusProvider;
import io.tiercel.functions.planning.AffectedTargets;
import io.tiercel.functions.planning.IncidentPlanContext;
import io.tiercel.functions.planning.PlanPreview;
import io.tiercel.functions.respond.Planner;
import io.tiercel.functions.respond.ResponseRequestPublisher;
import io.tiercel.functions.respond.guard.KillSwitch;
import io.tiercel.functions.respond.plan.PlanStore;
import io.tiercel.functions.respond.plan.PlannedResponder;
import io.tiercel.functions.respond.plan.RunLimits;
import io.tiercel.functions.respond.policy.Policies;
import io.tiercel.functions.respond.state.StateStore;
import io.tiercel.functions.stage.PlanPublisher;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;

/**
 * The responder with the default policies, and no action.
 *
 * @param responder plans responses
 * @param status shows plans in notifications
 */
record Responses(PlannedResponder responder, ResponseStatusProvider status) {
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    Responses(
            IncidentStore incidents,
            StateStore states,
            AuditLog audit,
            ResponseRequestPublisher requests,
            IncidentEventPublisher events,
            InstantSource clock) {
        this(responder(incidents, states, audit, requests, events, clock), status(states));
    }

    private static PlannedResponder responder(
            IncidentStore incidents,
            StateStore states,
            AuditLog audit,
            ResponseRequestPublisher requests,
            IncidentEventPublisher events,
            InstantSource clock) {
        Policies policies = Policies.defaults();
        return new PlannedResponder(
                () -> policies,
                new IncidentPlanContext(incidents, new AffectedTargets(states)),
                TargetLookup.STORED,
                states,
                Map.of(),
                KillSwitch.NONE,
                audit,
                new PlanPublisher(requests, events, incidents, PlanPublisher.RequestTimer.SWEEP, clock),
                clock,
                RunLimits.forFunction(TIMEOUT));
    }

    private static ResponseStatusProvider status(StateStore states) {
        Policies policies = Policies.defaults();
        PlanStore plans = new PlanStore(states);
        PlanPreview preview = new PlanPreview(new Planner(() -> policies));
        return new PlanStatusProvider(incident -> plans.plan(incident.id()).orElseGet(() -> preview.preview(incident)));
    }
}
