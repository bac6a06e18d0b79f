package io.tiercel.functions.respond.plan;

import io.tiercel.functions.audit.AuditEntry;
import io.tiercel.functions.audit.AuditLog;
import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.AuditedCalls;
import io.tiercel.functions.respond.action.Deadline;
import io.tiercel.functions.respond.action.Target;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One run over a plan under its lease. Stores every change of the plan and writes decisions and calls to the audit log. */
final class PlanSession {
    private static final String ACTOR = "respond";
    private static final Duration STEP_TIME = Duration.ofSeconds(45);

    private final PlanStore plans;
    private final IncidentLease lease;
    private final AuditLog audit;
    private final InstantSource clock;
    private final @Nullable PlanContext context;
    private final Map<String, AffectedTarget> lookedUp = new HashMap<>();
    private PlanStore.StoredPlan stored;
    private boolean changed;

    PlanSession(
            PlanStore plans,
            PlanStore.StoredPlan stored,
            IncidentLease lease,
            AuditLog audit,
            InstantSource clock,
            @Nullable PlanContext context) {
        this.plans = plans;
        this.stored = stored;
        this.lease = lease;
        this.audit = audit;
        this.clock = clock;
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

    /** Returns whether this session stored any change. */
    boolean changed() {
        return changed;
    }

    /** Renews the lease and stores the plan. */
    void save(Plan plan) {
        lease.renew();
        stored = plans.write(stored, plan);
        changed = true;
    }

    /** Stores a step and audits a change of its state. The caller may act on the step after this method returns. */
    Step save(Step step) {
        Step previous = steps().stream()
                .filter(candidate -> candidate.id().equals(step.id()))
                .findFirst()
                .orElseThrow();
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

    void auditDecision(String decision, Map<String, String> details) {
        audit.append(AuditEntry.decision(clock.instant(), ACTOR, plan().incidentId(), decision, details));
    }

    /**
     * Returns the affected target of a step, as it was last looked up in this session, else as stored; null if it is no longer
     * stored.
     */
    @Nullable
    AffectedTarget affected(Step step) {
        AffectedTarget current = lookedUp.get(step.targetKey());
        return current == null ? stored(step) : current;
    }

    /** Returns the affected target of a step as stored; null if it is no longer stored. */
    @Nullable
    AffectedTarget stored(Step step) {
        return context == null ? null : context.target(step);
    }

    /** Replaces the affected target with its key for the rest of this session. */
    void lookedUp(AffectedTarget current) {
        lookedUp.put(current.key(), current);
    }

    /** Returns the input of a step's handler. */
    ActionContext actionContext(Step step) {
        Target target = Objects.requireNonNull(step.target(), "a step without target is skipped");
        AffectedTarget affected = affected(step);
        return new ActionContext(
                plan().incidentId(),
                step.id(),
                target,
                step.params(),
                ReceiverDocument.of(plan().incidentId(), context, affected),
                affected == null ? null : affected.enrichment().pod(),
                new StepCalls(step),
                Deadline.after(STEP_TIME, clock),
                false);
    }

    /** Writes each call to the audit log before the call, because the process may end during it, and after the call. */
    private final class StepCalls implements AuditedCalls {
        private final Step step;

        StepCalls(Step step) {
            this.step = step;
        }

        @Override
        public <T> T call(String description, Supplier<T> call) {
            append(description + ": calling");
            try {
                T result = call.get();
                append(description + ": done");
                return result;
            } catch (ActionException e) {
                append(description + ": " + e.getMessage());
                throw e;
            }
        }

        private void append(String summary) {
            audit.append(AuditEntry.call(
                    clock.instant(),
                    step.approvedBy() == null ? ACTOR : ACTOR + ", approved by " + step.approvedBy(),
                    plan().incidentId(),
                    summary,
                    Map.of("step", step.id(), "action", step.kind().label())));
        }
    }
}
