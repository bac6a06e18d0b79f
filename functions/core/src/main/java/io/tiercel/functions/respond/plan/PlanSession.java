package io.tiercel.functions.respond.plan;

import io.tiercel.functions.audit.AuditEntry;
import io.tiercel.functions.audit.AuditLog;
import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.AuditedCalls;
import io.tiercel.functions.respond.action.Target;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One turn at one plan: keeps it in the store and puts on record what is decided and called. */
final class PlanSession {
    private static final String ACTOR = "respond";

    private final PlanStore plans;
    private final IncidentLease.Turn turn;
    private final AuditLog audit;
    private final InstantSource clock;
    private final @Nullable PlanContext grounds;
    private PlanStore.Kept kept;
    private boolean changed;

    PlanSession(
            PlanStore plans,
            PlanStore.Kept kept,
            IncidentLease.Turn turn,
            AuditLog audit,
            InstantSource clock,
            @Nullable PlanContext grounds) {
        this.plans = plans;
        this.kept = kept;
        this.turn = turn;
        this.audit = audit;
        this.clock = clock;
        this.grounds = grounds;
    }

    @Nullable
    PlanContext grounds() {
        return grounds;
    }

    Plan plan() {
        return kept.plan();
    }

    /** Whether anything was written that people may want to hear of. */
    boolean changed() {
        return changed;
    }

    /** Stores a plan with other steps or orders taken. */
    void save(Plan plan) {
        turn.keep();
        kept = plans.write(kept, plan);
        changed = true;
    }

    /** Stores a step; when this returns it may be acted on. */
    Step save(Step step) {
        Step old = plan().steps().stream()
                .filter(one -> one.id().equals(step.id()))
                .findFirst()
                .orElseThrow();
        if (old.state() != step.state()) {
            String note = step.notes().isEmpty() ? "" : step.notes().getLast();
            decided(
                    step.kind().label() + " is " + step.state().label(),
                    Map.of(
                            "step",
                            step.id(),
                            "target",
                            step.target() == null ? "none" : step.target().text(),
                            "policy",
                            step.policy(),
                            "note",
                            note));
        }
        save(plan().with(step));
        return step;
    }

    void decided(String what, Map<String, String> details) {
        audit.append(AuditEntry.decision(clock.instant(), ACTOR, plan().incidentId(), what, details));
    }

    /** The step as its remedy sees it. */
    ActionContext work(Step step) {
        Target target = Objects.requireNonNull(step.target(), "a step without target is skipped");
        AffectedTarget scene = grounds == null ? null : grounds.scene(step);
        return new ActionContext(
                plan().incidentId(),
                step.id(),
                target,
                step.params(),
                grounds == null ? "{\"incident\":\"" + plan().incidentId() + "\"}" : grounds.document(),
                scene == null ? null : scene.enrichment().pod(),
                new Recorded(step));
    }

    /** Puts every call on record twice: before it is made, since it may be the last that is heard of it, and after. */
    private final class Recorded implements AuditedCalls {
        private final Step step;

        Recorded(Step step) {
            this.step = step;
        }

        @Override
        public <T> T call(String what, Supplier<T> call) {
            append(what + ": calling");
            try {
                T answer = call.get();
                append(what + ": done");
                return answer;
            } catch (ActionException e) {
                append(what + ": " + e.getMessage());
                throw e;
            }
        }

        private void append(String what) {
            audit.append(AuditEntry.call(
                    clock.instant(),
                    step.by() == null ? ACTOR : ACTOR + ", approved by " + step.by(),
                    plan().incidentId(),
                    what,
                    Map.of("step", step.id(), "action", step.kind().label())));
        }
    }

    List<Step> steps() {
        return plan().steps();
    }
}
