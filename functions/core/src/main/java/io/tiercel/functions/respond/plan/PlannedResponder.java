package io.tiercel.functions.respond.plan;

import io.tiercel.functions.audit.AuditEntry;
import io.tiercel.functions.audit.AuditLog;
import io.tiercel.functions.respond.ApprovalOutcome;
import io.tiercel.functions.respond.Responder;
import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.guard.ActionCaps;
import io.tiercel.functions.respond.guard.CircuitBreaker;
import io.tiercel.functions.respond.guard.KillSwitch;
import io.tiercel.functions.respond.policy.Policies;
import io.tiercel.functions.respond.state.StateStore;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The responder: follows orders, adds what policies want, and takes each step as far as it may go. One process at a time is
 * at an incident's plan; all it knows is in the store.
 */
public final class PlannedResponder implements Responder {
    private static final int PER_SWEEP = 200;
    private static final int TURNS = 20;

    private final PlanBuilder extension;
    private final PlanContext.Source incidents;
    private final StateStore store;
    private final PlanStore plans;
    private final IncidentLease turns;
    private final OperatorCommands orders;
    private final StepExecutor progress;
    private final StepDecider decisions;
    private final KillSwitch killSwitch;
    private final AuditLog audit;
    private final Bells bells;
    private final InstantSource clock;

    /** Whom the responder tells. */
    public interface Bells {
        /** {@link #respond} is to be called about the incident, soon and by whoever may act. */
        void again(String incidentId);

        /** The incident's plan has changed; people may want to hear of it. */
        void changed(String incidentId);
    }

    /**
     * @param policies what to do when; asked for as often as they are needed
     * @param incidents where incidents come from
     * @param store where plans are kept
     * @param remedies who carries out which action; steps of other kinds are skipped
     * @param killSwitch asked before each step
     * @param audit the record
     * @param bells whom to tell
     * @param clock for times
     */
    public PlannedResponder(
            Supplier<Policies> policies,
            PlanContext.Source incidents,
            StateStore store,
            Map<ActionKind, ActionHandler> remedies,
            KillSwitch killSwitch,
            AuditLog audit,
            Bells bells,
            InstantSource clock) {
        this.extension = new PlanBuilder(policies);
        this.incidents = incidents;
        this.store = store;
        this.plans = new PlanStore(store);
        this.turns = new IncidentLease(store, clock);
        this.orders = new OperatorCommands(store, clock);
        CircuitBreaker breaker = new CircuitBreaker(store);
        this.progress = new StepExecutor(Map.copyOf(remedies), killSwitch, breaker, clock);
        this.decisions = new StepDecider(policies, progress, killSwitch, new ActionCaps(store, clock), breaker, clock);
        this.killSwitch = killSwitch;
        this.audit = audit;
        this.bells = bells;
        this.clock = clock;
    }

    @Override
    public void respond(String incidentId) {
        IncidentLease.Turn turn = turns.take(incidentId);
        if (turn == null) {
            return;
        }
        boolean changed = false;
        try {
            for (int i = 0; i < TURNS; i++) {
                changed |= goOn(incidentId, turn);
                if (!turn.goesOn()) {
                    return;
                }
            }
            turn.end();
        } catch (RuntimeException e) {
            turn.end();
            throw e;
        } finally {
            if (changed) {
                bells.changed(incidentId);
            }
        }
    }

    /** Whether anything has changed. */
    private boolean goOn(String incidentId, IncidentLease.Turn turn) {
        PlanContext grounds = incidents.find(incidentId);
        PlanSession run = new PlanSession(plans, plans.read(incidentId), turn, audit, clock, grounds);
        follow(run);
        if (grounds != null && grounds.open()) {
            extend(run, grounds);
        }
        for (Step step : run.steps()) {
            switch (step.state()) {
                case PLANNED -> decisions.decide(run, step);
                case APPROVED -> decisions.beginApproved(run, step);
                case APPLYING -> progress.resume(run, step);
                case WAITING -> {
                    if (step.dueAt(clock.instant())) {
                        run.save(step.in(StepState.EXPIRED, List.of("nobody has approved it in time")));
                    }
                }
                case APPLIED, PARTIAL, FAILED -> {
                    if (step.dueAt(clock.instant()) && step.undoable()) {
                        run.save(step.in(StepState.RELEASING, List.of("its time limit is over")));
                    }
                }
                case DRY_RUN, UNCERTAIN, SKIPPED, EXCLUDED, EXPIRED, CANCELLED, RELEASING, RELEASED, DRIFTED -> {}
            }
        }
        for (Step step : run.steps().reversed()) {
            if (step.state() == StepState.RELEASING) {
                progress.undo(run, step);
            }
        }
        return run.changed();
    }

    private void follow(PlanSession run) {
        String incidentId = run.plan().incidentId();
        List<OperatorCommands.Order> given = orders.about(incidentId);
        for (int i = run.plan().ordersTaken(); i < given.size(); i++) {
            OperatorCommands.Order order = given.get(i);
            String approved = order.planId();
            boolean stale = approved != null && !approved.equals(run.plan().id());
            run.decided(
                    stale
                            ? "an approval is not followed: the plan has changed since"
                            : approved != null ? "the plan is approved" : "the plan is to be released",
                    Map.of("by", order.by(), "plan", run.plan().id()));
            List<Step> steps = new ArrayList<>(run.steps());
            if (!stale) {
                steps.replaceAll(step -> approved != null ? approved(step, order) : released(step, order));
            }
            run.save(run.plan().following(i + 1, steps));
        }
        if (!given.isEmpty()) {
            orders.followed(incidentId, run.plan().ordersTaken());
        }
    }

    private Step approved(Step step, OperatorCommands.Order order) {
        return step.state() == StepState.WAITING && !step.dueAt(clock.instant()) ? step.approvedBy(order.by()) : step;
    }

    private static Step released(Step step, OperatorCommands.Order order) {
        List<String> note = List.of("released by " + order.by());
        return switch (step.state()) {
            case PLANNED, WAITING, APPROVED -> step.in(StepState.CANCELLED, note);
            case APPLYING, APPLIED, PARTIAL, FAILED -> step.undoable() ? step.in(StepState.RELEASING, note) : step;
            case DRIFTED -> step.in(StepState.RELEASING, note);
            case DRY_RUN, UNCERTAIN, SKIPPED, EXCLUDED, EXPIRED, CANCELLED, RELEASING, RELEASED -> step;
        };
    }

    private void extend(PlanSession run, PlanContext grounds) {
        Plan extended = extension.of(run.plan(), grounds);
        if (extended != run.plan()) {
            run.save(extended);
        }
    }

    @Override
    public ApprovalOutcome approve(String incidentId, String planId, String by) {
        Plan plan = plans.read(incidentId).plan();
        List<OperatorCommands.Order> given = orders.about(incidentId);
        boolean ordered = given.subList(Math.min(plan.ordersTaken(), given.size()), given.size()).stream()
                .anyMatch(order -> planId.equals(order.planId()));
        ApprovalOutcome outcome = outcome(plan, planId, ordered);
        if (outcome instanceof ApprovalOutcome.Approved
                && !orders.add(incidentId, new OperatorCommands.Order(planId, by, clock.millis()))) {
            outcome = new ApprovalOutcome.Refused("too much was ordered about this incident already");
        }
        String what = switch (outcome) {
            case ApprovalOutcome.Approved _ -> "an approval is accepted";
            case ApprovalOutcome.AlreadyApproved _ -> "an approval was given before";
            case ApprovalOutcome.Refused refused -> "an approval is refused: " + refused.reason();
        };
        audit.append(AuditEntry.decision(clock.instant(), by, incidentId, what, Map.of("plan", planId)));
        if (outcome instanceof ApprovalOutcome.Approved) {
            bells.again(incidentId);
        }
        return outcome;
    }

    private ApprovalOutcome outcome(Plan plan, String planId, boolean ordered) {
        if (plan.steps().isEmpty()) {
            return new ApprovalOutcome.Refused("the incident has no plan");
        }
        if (!planId.equals(plan.id())) {
            return new ApprovalOutcome.Refused("the plan has changed since it was shown; look at it again");
        }
        if (ordered) {
            return new ApprovalOutcome.AlreadyApproved();
        }
        Instant now = clock.instant();
        boolean waits = plan.steps().stream().anyMatch(step -> step.state() == StepState.WAITING && !step.dueAt(now));
        if (!waits) {
            return plan.steps().stream().anyMatch(step -> step.by() != null)
                    ? new ApprovalOutcome.AlreadyApproved()
                    : new ApprovalOutcome.Refused("nothing in the plan waits for approval");
        }
        return killSwitch.stops()
                ? new ApprovalOutcome.Refused("the kill switch is thrown or cannot be read")
                : new ApprovalOutcome.Approved();
    }

    @Override
    public void release(String incidentId, String by) {
        boolean added = orders.add(incidentId, new OperatorCommands.Order(null, by, clock.millis()));
        audit.append(AuditEntry.decision(
                clock.instant(),
                by,
                incidentId,
                added ? "a release is ordered" : "a release is refused: too much was ordered already",
                Map.of()));
        if (added) {
            bells.again(incidentId);
        }
    }

    @Override
    public void sweep() {
        Set<String> incidentIds = new LinkedHashSet<>();
        for (String key : store.due(clock.instant(), PER_SWEEP)) {
            String incidentId = incidentId(key);
            if (incidentId != null) {
                incidentIds.add(incidentId);
            }
        }
        incidentIds.forEach(bells::again);
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
