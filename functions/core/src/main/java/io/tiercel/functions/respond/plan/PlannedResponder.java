package io.tiercel.functions.respond.plan;

import io.tiercel.functions.audit.AuditEntry;
import io.tiercel.functions.audit.AuditLog;
import io.tiercel.functions.enrich.TargetLookup;
import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.respond.ApprovalOutcome;
import io.tiercel.functions.respond.ReleaseOutcome;
import io.tiercel.functions.respond.Responder;
import io.tiercel.functions.respond.StepState;
import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.guard.ActionCaps;
import io.tiercel.functions.respond.guard.CircuitBreaker;
import io.tiercel.functions.respond.guard.KillSwitch;
import io.tiercel.functions.respond.hold.HoldRegistry;
import io.tiercel.functions.respond.plan.PlanStore.PlanConflict;
import io.tiercel.functions.respond.policy.Confidence;
import io.tiercel.functions.respond.policy.Policies;
import io.tiercel.functions.respond.state.StateStore;
import io.tiercel.functions.respond.state.StateStore.DueKind;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A responder with one stored plan for each incident. A run applies operator commands, adds requested actions, and
 * advances each step until it waits or ends. All state is in the store. A lease lets one process at a time work on a
 * plan.
 */
public final class PlannedResponder implements Responder {
    /** The maximum numbers of releases, and of other steps and commands, that one sweep continues. The next one continues. */
    private static final int MAX_PER_SWEEP = 200;

    private static final int MAX_RERUNS = 20;

    /** Steps that were interrupted repeatedly come last, so that they do not keep others from running. */
    private static final Comparator<Step> BY_URGENCY = Comparator.comparing((Step step) -> step.attempts() >= 2)
            .thenComparingInt(step -> step.kind().urgency());

    private final PlanBuilder builder;
    private final PlanContext.Source contexts;
    private final StateStore store;
    private final PlanStore plans;
    private final OperatorCommands commands;
    private final HoldRegistry holds;
    private final StepExecutor executor;
    private final RunLimits limits;
    private final StepDecider decider;
    private final StepReleaser releaser;
    private final GuardRails guards;
    private final AuditLog audit;
    private final PlanListener listener;
    private final InstantSource clock;

    /** Receives the events of the responder. */
    public interface PlanListener {
        /** Requests a call of {@link #respond} for an incident, soon and from any process that may act. */
        void responseRequested(String incidentId);

        /** Requests such a call after an operator added a command. Nobody but operators can delay it. */
        default void commandAdded(String incidentId) {
            responseRequested(incidentId);
        }

        /**
         * Requests such a call at a time, for a step of a verified sender that is repeated then. The sweep continues it in any case, so that
         * this only makes it earlier.
         */
        default void responseDue(String incidentId, Instant due) {}

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
     * @param limits the time limits
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
            InstantSource clock,
            RunLimits limits) {
        this.builder = new PlanBuilder(policies);
        this.contexts = contexts;
        this.store = store;
        this.plans = new PlanStore(store);
        this.commands = new OperatorCommands(store, clock);
        CircuitBreaker circuitBreaker = new CircuitBreaker(store);
        this.holds = new HoldRegistry(store, clock);
        this.executor = new StepExecutor(Map.copyOf(handlers), holds, killSwitch, circuitBreaker, clock);
        this.releaser = new StepReleaser(executor, holds, clock);
        this.guards = new GuardRails(policies, killSwitch, new ActionCaps(store, clock), circuitBreaker);
        this.decider = new StepDecider(guards, new TargetCheck(lookup, clock), executor, circuitBreaker, clock);
        this.audit = audit;
        this.listener = listener;
        this.clock = clock;
        this.limits = limits;
    }

    @Override
    public void respond(String incidentId) {
        if (needsNoPlan(incidentId)) {
            return;
        }
        IncidentLease lease = IncidentLease.tryAcquire(store, clock, incidentId);
        if (lease == null) {
            return;
        }
        boolean changed = false;
        boolean runAgain = false;
        boolean rerun = true;
        Optional<Instant> due = Optional.empty();
        try {
            for (int i = 0; rerun && i < MAX_RERUNS; i++) {
                PlanSession session = session(incidentId, lease);
                try {
                    run(session);
                } finally {
                    changed |= session.changed();
                }
                runAgain = session.runAgain();
                due = nextAttempt(session);
                rerun = !runAgain && lease.rerunOrRelease();
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
        // More callers asked for a run than one call serves.
        if (runAgain || rerun) {
            listener.responseRequested(incidentId);
        } else {
            due.ifPresent(time -> listener.responseDue(incidentId, time));
        }
    }

    /** Returns whether nothing is stored for an incident and no policy requests an action. Anybody can cause many such calls, so it only reads. */
    private boolean needsNoPlan(String incidentId) {
        PlanStore.StoredPlan stored = plans.read(incidentId);
        if (!stored.isNew() || !commands.none(incidentId) || IncidentLease.isHeld(store, incidentId)) {
            return false;
        }
        PlanContext context = contexts.find(incidentId);
        return context == null || !context.open() || builder.extend(stored.plan(), context) == stored.plan();
    }

    /** Returns when the next delayed step is repeated. Those of unverified senders wait for the sweep, as anybody can cause them. */
    private Optional<Instant> nextAttempt(PlanSession session) {
        Instant now = clock.instant();
        return session.steps().stream()
                .filter(step ->
                        step.confidence() != Confidence.UNVERIFIED_SENDER && step.isPending() && step.isDelayed(now))
                .map(Step::due)
                .filter(Objects::nonNull)
                .min(Comparator.naturalOrder())
                .map(Instant::ofEpochMilli);
    }

    private PlanSession session(String incidentId, IncidentLease lease) {
        Runnable check = () -> lease.check(incidentId);
        return new PlanSession(
                plans,
                plans.mend(plans.read(incidentId), check),
                lease,
                audit,
                clock,
                limits,
                holds::priorState,
                contexts.find(incidentId));
    }

    /** Processes the plan once. */
    private void run(PlanSession session) {
        PlanContext context = session.context();
        applyCommands(session);
        if (context != null && context.open()) {
            addRequestedActions(session, context);
        }
        List<RuntimeException> failures = new ArrayList<>();
        List<Step> steps = session.steps().stream().sorted(BY_URGENCY).toList();
        for (Step step : steps) {
            work(session, step, failures, current -> advance(session, current));
        }
        for (Step step : steps.reversed()) {
            Step current = session.current(step);
            if (current.state() == StepState.RELEASING) {
                work(session, current, failures, releasing -> releaser.undo(session, releasing));
            }
        }
        guards.returnSlots(session);
        if (!failures.isEmpty()) {
            RuntimeException first = failures.removeFirst();
            failures.forEach(first::addSuppressed);
            throw first;
        }
    }

    /** Works on a step if there is time. An unexpected exception fails the attempt, so that other steps run. */
    private void work(PlanSession session, Step step, List<RuntimeException> failures, Consumer<Step> work) {
        boolean pending = step.isPending() && !step.isDelayed(clock.instant());
        if (pending && session.outOfTime()) {
            session.requestRun();
            return;
        }
        try {
            work.accept(step);
        } catch (StoreUnavailable | PlanConflict e) {
            throw e;
        } catch (RuntimeException e) {
            failures.add(e);
            Step current = session.current(step);
            if (current.isPending()) {
                session.save(current.retryAt(clock.instant().plus(StepExecutor.delay(current.attempts())))
                        .withNotes(List.of("internal error: " + e.getClass().getSimpleName())));
            }
        }
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
        OperatorCommands.Pending pending =
                commands.pending(incidentId, session.plan().commandsApplied());
        int applied = pending.applied();
        for (OperatorCommands.Command command : pending.commands()) {
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
                steps.replaceAll(step -> approvedPlan != null ? approve(step, command) : step.releasedBy(command.by()));
            }
            applied++;
            session.save(session.plan().afterCommand(applied, steps));
        }
        commands.removeApplied(incidentId, applied);
    }

    private Step approve(Step step, OperatorCommands.Command command) {
        return step.state() == StepState.WAITING && !step.isDue(clock.instant()) ? step.approve(command.by()) : step;
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
        ApprovalOutcome outcome = outcome(plan, planId, commands.isPending(incidentId, planId, plan.commandsApplied()));
        if (outcome instanceof ApprovalOutcome.Approved) {
            OperatorCommands.Command command = new OperatorCommands.Command(planId, by, clock.millis());
            outcome = switch (commands.append(incidentId, command, plan.commandsApplied())) {
                case NEW -> outcome;
                case REPEATED -> new ApprovalOutcome.AlreadyApproved();
                case FULL -> new ApprovalOutcome.Rejected("the incident already has too many operator commands");
            };
        }
        switch (outcome) {
            case ApprovalOutcome.Approved _ -> {
                auditApproval(incidentId, planId, by, "approval accepted");
                listener.commandAdded(incidentId);
            }
            case ApprovalOutcome.AlreadyApproved _ -> {
                // The first approval is in the audit log, and each call names who approved it.
            }
            case ApprovalOutcome.Rejected rejected ->
                auditApproval(incidentId, planId, by, "approval rejected: " + rejected.reason());
        }
        return outcome;
    }

    private void auditApproval(String incidentId, String planId, String by, String decision) {
        audit.append(AuditEntry.decision(clock.instant(), by, incidentId, decision, Map.of("plan", planId)));
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
    public ReleaseOutcome release(String incidentId, String by) {
        OperatorCommands.Command command = new OperatorCommands.Command(null, by, clock.millis());
        int applied = plans.read(incidentId).plan().commandsApplied();
        ReleaseOutcome outcome = switch (commands.append(incidentId, command, applied)) {
            case NEW -> ReleaseOutcome.REQUESTED;
            case REPEATED -> ReleaseOutcome.ALREADY_REQUESTED;
            case FULL -> throw new IllegalStateException("a release was refused");
        };
        audit.append(AuditEntry.decision(clock.instant(), by, incidentId, outcome.text(), Map.of()));
        listener.commandAdded(incidentId);
        return outcome;
    }

    @Override
    public void sweep() {
        Set<String> requested = new HashSet<>();
        RuntimeException failure = null;
        for (DueKind kind : List.of(DueKind.RELEASE, DueKind.RETRY)) {
            try {
                request(kind, requested);
            } catch (RuntimeException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private void request(DueKind kind, Set<String> requested) {
        for (String key : store.due(kind, clock.instant(), MAX_PER_SWEEP)) {
            String incidentId = incidentId(key);
            if (incidentId != null && requested.add(incidentId)) {
                listener.responseRequested(incidentId);
            }
        }
    }

    private static @Nullable String incidentId(String key) {
        if (key.startsWith(PlanStore.STEP_PREFIX)) {
            return key.substring(PlanStore.STEP_PREFIX.length(), key.lastIndexOf('/'));
        }
        for (String prefix : List.of(IncidentLease.PREFIX, OperatorCommands.PREFIX)) {
            if (key.startsWith(prefix)) {
                return key.substring(prefix.length());
            }
        }
        return null;
    }
}
