package io.tiercel.functions.aws;

import io.tiercel.functions.audit.AuditLog;
import io.tiercel.functions.aws.dynamodb.DynamoDbStateStore;
import io.tiercel.functions.aws.dynamodb.IncidentTable;
import io.tiercel.functions.enrich.TargetLookup;
import io.tiercel.functions.incident.IncidentStore;
import io.tiercel.functions.notification.IncidentEventPublisher;
import io.tiercel.functions.notification.PlanStatusProvider;
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
import io.tiercel.functions.stage.PlanPublisher;
import java.time.Duration;
import java.time.InstantSource;

/** Creates the responder from the settings. */
final class ResponseFactory {
    private final AvailableActions actions;
    private final KillSwitch killSwitch;
    private final TargetLookup targets;
    private final InstantSource clock;
    private final Policies policies;
    private final PlanPreview preview;
    private final RunLimits limits;

    ResponseFactory(
            FunctionSettings settings,
            ConfigurationFiles files,
            AvailableActions actions,
            KillSwitch killSwitch,
            TargetLookup targets,
            InstantSource clock) {
        this.actions = actions;
        this.killSwitch = killSwitch;
        this.targets = targets;
        this.clock = clock;
        this.limits = RunLimits.forFunction(Duration.ofSeconds(settings.respondTimeout()));
        this.policies = files.read("TIERCEL_RESPONSES", settings.responses(), Policies::parse)
                .orElseGet(Policies::defaults);
        this.preview = new PlanPreview(new Planner(() -> policies));
    }

    PlannedResponder responder(
            IncidentTable table,
            IncidentStore incidents,
            AuditLog audit,
            ResponseRequestPublisher responseRequests,
            IncidentEventPublisher incidentEvents) {
        return new PlannedResponder(
                () -> policies,
                new IncidentPlanContext(incidents, new AffectedTargets(new DynamoDbStateStore(table))),
                targets,
                new DynamoDbStateStore(table),
                actions.handlers(),
                killSwitch,
                audit,
                new PlanPublisher(responseRequests, incidentEvents, incidents, PlanPublisher.RequestTimer.SWEEP, clock),
                clock,
                limits);
    }

    /** Returns the plans that the policies request for incidents that the responder has not handled yet. */
    PlanPreview preview() {
        return preview;
    }

    /**
     * Returns the plans that notifications show: the stored plan, or a preview before the responder has handled the
     * incident.
     */
    PlanStatusProvider statusProvider(IncidentTable table) {
        PlanStore plans = new PlanStore(new DynamoDbStateStore(table));
        return new PlanStatusProvider(incident -> plans.plan(incident.id()).orElseGet(() -> preview.preview(incident)));
    }
}
