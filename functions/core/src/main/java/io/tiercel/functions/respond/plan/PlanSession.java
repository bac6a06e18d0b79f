package io.tiercel.functions.respond.plan;

import io.tiercel.functions.audit.AuditEntry;
import io.tiercel.functions.audit.AuditLog;
import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.Deadline;
import io.tiercel.functions.respond.action.PriorStateLookup;
import io.tiercel.functions.respond.action.Target;
import io.tiercel.functions.respond.hold.LockedParts;
import io.tiercel.functions.respond.plan.PlanStore.PlanConflict;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One run over a plan under its lease. Stores every change of the plan and writes decisions and calls to the audit log. */
final class PlanSession {
    static final String ACTOR = "respond";

    private final PlanStore plans;
    private final IncidentLease lease;
    private final AuditLog audit;
    private final InstantSource clock;
    private final RunLimits limits;
    private final PriorStateLookup priorStates;
    private final Deadline end;
    private final @Nullable PlanContext context;
    private final Map<String, AffectedTarget> lookedUp = new HashMap<>();

    /** The keys of the targets in {@link #lookedUp} whose instance was looked up too. */
    private final Set<String> withInstance = new HashSet<>();

    private final Map<String, Deadline> deadlines = new HashMap<>();
    private PlanStore.StoredPlan stored;
    private boolean changed;
    private boolean runAgain;

    PlanSession(
            PlanStore plans,
            PlanStore.StoredPlan stored,
            IncidentLease lease,
            AuditLog audit,
            InstantSource clock,
            RunLimits limits,
            PriorStateLookup priorStates,
            @Nullable PlanContext context) {
        this.plans = plans;
        this.stored = stored;
        this.lease = lease;
        this.audit = audit;
        this.clock = clock;
        this.limits = limits;
        this.priorStates = priorStates;
        this.end = Deadline.after(limits.run(), clock);
        this.context = context;
    }

    /** Returns the facts about the incident; null if the incident no longer exists. */
    @Nullable
    PlanContext context() {
        return context;
    }

    Plan plan() {
        return stored.plan();
    }

    List<Step> steps() {
        return plan().steps();
    }

    /** Returns a step as it is now. */
    Step current(Step step) {
        return steps().stream()
                .filter(candidate -> candidate.id().equals(step.id()))
                .findFirst()
                .orElseThrow();
    }

    /** Returns whether this session stored any change. */
    boolean changed() {
        return changed;
    }

    /** Returns whether there is work left that another run can do at once. */
    boolean runAgain() {
        return runAgain;
    }

    /** Requests another run as soon as this one has ended. */
    void requestRun() {
        runAgain = true;
    }

    /** Returns whether this run has begun steps and has no time for another one. */
    boolean outOfTime() {
        return !deadlines.isEmpty() && end.remaining().compareTo(RunLimits.MIN_STEP) < 0;
    }

    /**
     * Renews the lease.
     *
     * @throws PlanConflict if another process has it
     */
    void checkLease() {
        lease.check(plan().incidentId());
    }

    /** Renews the lease and stores the plan. */
    void save(Plan plan) {
        checkLease();
        stored = plans.write(stored, plan);
        changed = true;
    }

    /** Stores a step and audits a change of its state. The caller may act on the step after this method returns. */
    Step save(Step step) {
        Step previous = current(step);
        if (previous.state() != step.state()) {
            String note = step.notes().isEmpty() ? "" : step.notes().getLast();
            auditDecision(
                    step.kind().label() + " is " + step.state().label(),
                    Map.of(
                            "step",
                            step.id(),
                            "target",
                            step.target() == null ? "none" : step.target().text(),
                            "policy",
                            step.policy(),
                            "confidence",
                            step.confidence().label(),
                            "note",
                            note));
        }
        save(plan().withStep(step));
        return step;
    }

    /**
     * Begins an attempt of a step. The attempt is stored before any work, so that one during which the process ends counts too.
     */
    Step attempt(Step step) {
        deadlines.put(step.id(), Deadline.after(limits.step(), clock).earlier(end));
        return save(step.attempted());
    }

    void auditDecision(String decision, Map<String, String> details) {
        audit.append(AuditEntry.decision(clock.instant(), ACTOR, plan().incidentId(), decision, details));
    }

    /**
     * Returns the affected target of a step, as it was last looked up in this session, else as stored. Null if it is no longer
     * stored.
     */
    @Nullable
    AffectedTarget affected(Step step) {
        AffectedTarget current = lookedUp(step, false);
        return current == null ? stored(step) : current;
    }

    /** Returns the affected target of a step as stored; null if it is no longer stored. */
    @Nullable
    AffectedTarget stored(Step step) {
        return context == null ? null : context.target(step);
    }

    /**
     * Returns the affected target of a step as it was last looked up in this session; null if it was not.
     *
     * @param instance whether the lookup must include the instance
     */
    @Nullable
    AffectedTarget lookedUp(Step step, boolean instance) {
        return instance && !withInstance.contains(step.targetKey()) ? null : lookedUp.get(step.targetKey());
    }

    /**
     * Replaces the affected target with its key for the rest of this session.
     *
     * @param instance whether the instance was looked up too
     */
    void lookedUp(AffectedTarget current, boolean instance) {
        lookedUp.put(current.key(), current);
        if (instance) {
            withInstance.add(current.key());
        }
    }

    /** Returns the input of a step's handler for methods that only read. */
    ActionContext actionContext(Step step) {
        return actionContext(step, null);
    }

    /**
     * Returns the input of a step's handler.
     *
     * @param parts the parts that the step has locked; null for methods that only read
     */
    ActionContext actionContext(Step step, @Nullable LockedParts parts) {
        Target target = Objects.requireNonNull(step.target(), "a step without target is skipped");
        AffectedTarget affected = affected(step);
        Deadline deadline = deadlines.computeIfAbsent(
                step.id(), _ -> Deadline.after(limits.step(), clock).earlier(end));
        return new ActionContext(
                plan().incidentId(),
                step.id(),
                target,
                step.params(),
                ReceiverDocument.of(plan().incidentId(), context, affected),
                affected == null ? null : affected.enrichment().pod(),
                new StepCalls(step, plan().incidentId(), audit, clock, deadline, parts),
                deadline,
                priorStates,
                step.restoreDrift());
    }
}
