package io.tiercel.functions.respond.plan;

import io.tiercel.functions.audit.AuditEntry;
import io.tiercel.functions.audit.AuditLog;
import io.tiercel.functions.enrich.TargetLookup;
import io.tiercel.functions.respond.ApprovalOutcome;
import io.tiercel.functions.respond.Responder;
import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.guard.ActionCaps;
import io.tiercel.functions.respond.guard.CircuitBreaker;
import io.tiercel.functions.respond.guard.KillSwitch;
import io.tiercel.functions.respond.policy.Policies;
import io.tiercel.functions.respond.state.StateStore;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A responder with one stored plan for each incident. A run applies operator commands, adds requested actions, and
 * advances each step until it waits or ends. All state is in the store. A lease lets one process at a time work on a
 * plan.
 */
public final class PlannedResponder implements Responder {
    private static final int MAX_INCIDENTS_PER_SWEEP = 200;
    private static final int MAX_RERUNS = 20;

    private final PlanBuilder builder;
    private final PlanContext.Source contexts;
    private final StateStore store;
    private final PlanStore plans;
    private final OperatorCommands commands;
    private final StepExecutor executor;
    private final StepDecider decider;
    private final GuardRails guards;
    private final AuditLog audit;
    private final PlanListener listener;
    private final InstantSource clock;

    /** Receives the events of the responder. */
    public interface PlanListener {
        /** Requests a call of {@link #respond} for an incident, soon and from any process that may act. */
        void responseRequested(String incidentId);

        /** Reports that the plan of an incident changed, so that people can be notified. */
        void planChanged(String incidentId);
    }

    /**
     * Creates a responder.
     *
     * @param policies returns the current policies; called whenever they are needed
     * @param contexts loads incidents
     * @param lookup looks up the targets of steps again before they act; {@link TargetLookup#STORED} only where no
     *     action has access to a target
     * @param store stores the plans
     * @param handlers the handlers of actions; steps of all other kinds are skipped
     * @param killSwitch checked before each step
     * @param audit the audit log
     * @param listener receives the events of the responder
     * @param clock the time source
     */
    public PlannedResponder(
            Supplier<Policies> policies,
            PlanContext.Source contexts,
            TargetLookup lookup,
            StateStore store,
            Map<ActionKind, ActionHandler> handlers,
            KillSwitch killSwitch,
            AuditLog audit,
            PlanListener listener,
            InstantSource clock) {
        this.builder = new PlanBuilder(policies);
        this.contexts = contexts;
        this.store = store;
        this.plans = new PlanStore(store);
        this.commands = new OperatorCommands(store, clock);
        CircuitBreaker circuitBreaker = new CircuitBreaker(store);
        this.executor = new StepExecutor(Map.copyOf(handlers), killSwitch, circuitBreaker, clock);
        this.guards = new GuardRails(policies, killSwitch, new ActionCaps(store, clock), circuitBreaker);
        this.decider = new StepDecider(guards, new TargetCheck(lookup, clock), executor, circuitBreaker, clock);
        this.audit = audit;
        this.listener = listener;
        this.clock = clock;
    }

    @Override
    public void respond(String incidentId) {
        IncidentLease lease = IncidentLease.tryAcquire(store, clock, incidentId);
        if (lease == null) {
            return;
        }
        boolean changed = false;
        try {
            for (int i = 0; i < MAX_RERUNS; i++) {
                changed |= run(incidentId, lease);
                if (!lease.rerunOrRelease()) {
                    return;
                }
            }
            lease.release();
        } catch (RuntimeException e) {
            lease.release();
            throw e;
        } finally {
            if (changed) {
                listener.planChanged(incidentId);
            }
        }
    }

    /** Processes the plan once. Returns whether the plan changed. */
    private boolean run(String incidentId, IncidentLease lease) {
        PlanContext context = contexts.find(incidentId);
        PlanSession session = new PlanSession(plans, plans.read(incidentId), lease, audit, clock, context);
        applyCommands(session);
        if (context != null && context.open()) {
            addRequestedActions(session, context);
        }
        for (Step step : session.steps()) {
            advance(session, step);
        }
        for (Step step : session.steps().reversed()) {
            if (step.state() == StepState.RELEASING) {
                executor.undo(session, step);
            }
        }
        return session.changed();
    }

    private void advance(PlanSession session, Step step) {
        switch (step.state()) {
            case PLANNED -> decider.decide(session, step);
            case APPROVED -> decider.startApproved(session, step);
            case APPLYING -> decider.resume(session, step);
            case WAITING -> decider.keepWaiting(session, step);
            case APPLIED, PARTIAL, FAILED -> {
                if (step.isDue(clock.instant()) && step.undoable()) {
                    session.save(step.release("its time limit has passed"));
                }
            }
            case DRY_RUN, UNCERTAIN, SKIPPED, EXCLUDED, EXPIRED, CANCELLED, RELEASING, RELEASED, DRIFTED -> {}
        }
    }

    private void applyCommands(PlanSession session) {
        String incidentId = session.plan().incidentId();
        List<OperatorCommands.Command> all = commands.read(incidentId);
        for (int i = session.plan().commandsApplied(); i < all.size(); i++) {
            OperatorCommands.Command command = all.get(i);
            String approvedPlan = command.planId();
            boolean stale =
                    approvedPlan != null && !approvedPlan.equals(session.plan().id());
            session.auditDecision(
                    stale
                            ? "approval ignored: the plan has changed since"
                            : approvedPlan != null ? "plan approved" : "plan release started",
                    Map.of("by", command.by(), "plan", session.plan().id()));
            List<Step> steps = new ArrayList<>(session.steps());
            if (!stale) {
                steps.replaceAll(step -> approvedPlan != null ? approve(step, command) : release(step, command));
            }
            session.save(session.plan().afterCommand(i + 1, steps));
        }
        if (!all.isEmpty()) {
            commands.markApplied(incidentId, session.plan().commandsApplied());
        }
    }

    private Step approve(Step step, OperatorCommands.Command command) {
        return step.state() == StepState.WAITING && !step.isDue(clock.instant()) ? step.approve(command.by()) : step;
    }

    private static Step release(Step step, OperatorCommands.Command command) {
        String reason = "released by " + command.by();
        return switch (step.state()) {
            case PLANNED, WAITING, APPROVED -> step.withState(StepState.CANCELLED, List.of(reason));
            case APPLYING, APPLIED, PARTIAL, FAILED -> step.undoable() ? step.release(reason) : step;
            case DRIFTED -> step.release(reason);
            case DRY_RUN, UNCERTAIN, SKIPPED, EXCLUDED, EXPIRED, CANCELLED, RELEASING, RELEASED -> step;
        };
    }

    private void addRequestedActions(PlanSession session, PlanContext context) {
        Plan extended = builder.extend(session.plan(), context);
        if (extended != session.plan()) {
            session.save(extended);
        }
    }

    @Override
    public ApprovalOutcome approve(String incidentId, String planId, String by) {
        Plan plan = plans.read(incidentId).plan();
        List<OperatorCommands.Command> all = commands.read(incidentId);
        boolean pending = all.subList(Math.min(plan.commandsApplied(), all.size()), all.size()).stream()
                .anyMatch(command -> planId.equals(command.planId()));
        ApprovalOutcome outcome = outcome(plan, planId, pending);
        if (outcome instanceof ApprovalOutcome.Approved
                && !commands.append(incidentId, new OperatorCommands.Command(planId, by, clock.millis()))) {
            outcome = new ApprovalOutcome.Rejected("the incident already has too many operator commands");
        }
        String decision = switch (outcome) {
            case ApprovalOutcome.Approved _ -> "approval accepted";
            case ApprovalOutcome.AlreadyApproved _ -> "approval repeated: the plan is already approved";
            case ApprovalOutcome.Rejected rejected -> "approval rejected: " + rejected.reason();
        };
        audit.append(AuditEntry.decision(clock.instant(), by, incidentId, decision, Map.of("plan", planId)));
        if (outcome instanceof ApprovalOutcome.Approved) {
            listener.responseRequested(incidentId);
        }
        return outcome;
    }

    /** @param pending whether the commands that are not applied yet include an approval of this plan */
    private ApprovalOutcome outcome(Plan plan, String planId, boolean pending) {
        if (plan.steps().isEmpty()) {
            return new ApprovalOutcome.Rejected("the incident has no plan");
        }
        if (!planId.equals(plan.id())) {
            return new ApprovalOutcome.Rejected("the plan has changed since it was shown; review it again");
        }
        if (pending) {
            return new ApprovalOutcome.AlreadyApproved();
        }
        boolean waiting = plan.steps().stream()
                .anyMatch(step -> step.state() == StepState.WAITING
                        && !step.isDue(clock.instant())
                        && guards.withdrawn(step).isEmpty());
        if (!waiting) {
            return plan.steps().stream().anyMatch(step -> step.approvedBy() != null)
                    ? new ApprovalOutcome.AlreadyApproved()
                    : new ApprovalOutcome.Rejected("no step of the plan waits for approval");
        }
        return guards.killed() ? new ApprovalOutcome.Rejected(GuardRails.KILL_SWITCH) : new ApprovalOutcome.Approved();
    }

    @Override
    public void release(String incidentId, String by) {
        boolean appended = commands.append(incidentId, new OperatorCommands.Command(null, by, clock.millis()));
        audit.append(AuditEntry.decision(
                clock.instant(),
                by,
                incidentId,
                appended ? "release accepted" : "release rejected: the incident already has too many operator commands",
                Map.of()));
        if (appended) {
            listener.responseRequested(incidentId);
        }
    }

    @Override
    public void sweep() {
        Set<String> incidentIds = new LinkedHashSet<>();
        for (String key : store.due(StateStore.DueKind.RETRY, clock.instant(), MAX_INCIDENTS_PER_SWEEP)) {
            String incidentId = incidentId(key);
            if (incidentId != null) {
                incidentIds.add(incidentId);
            }
        }
        incidentIds.forEach(listener::responseRequested);
    }

    private static @Nullable String incidentId(String key) {
        for (String prefix : List.of(PlanStore.PREFIX, IncidentLease.PREFIX, OperatorCommands.PREFIX)) {
            if (key.startsWith(prefix)) {
                return key.substring(prefix.length());
            }
        }
        return null;
    }
}
