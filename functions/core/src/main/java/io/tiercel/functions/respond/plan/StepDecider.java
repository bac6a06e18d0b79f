package io.tiercel.functions.respond.plan;

import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.action.CapturedState;
import io.tiercel.functions.respond.action.Target;
import io.tiercel.functions.respond.guard.ActionCaps;
import io.tiercel.functions.respond.guard.CircuitBreaker;
import io.tiercel.functions.respond.guard.KillSwitch;
import io.tiercel.functions.respond.policy.Cap;
import io.tiercel.functions.respond.policy.Mode;
import io.tiercel.functions.respond.policy.Policies;
import io.tiercel.functions.respond.policy.ResponsePolicy;
import io.tiercel.rules.text.TextLimit;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Decides the next state of a planned or approved step: dry run, approval, exclusion or start. */
final class StepDecider {
    private static final String NO_ACCESS = "this deployment has no access to this type of target";
    private static final String KILL_SWITCH = "the kill switch is engaged or cannot be read";
    private static final String NO_POLICY = "its policy no longer exists";

    /** Keeps the key of a count within the limits of every store. */
    private static final int MAX_CAP_NAME = 150;

    private final Supplier<Policies> policies;
    private final StepExecutor executor;
    private final KillSwitch killSwitch;
    private final ActionCaps caps;
    private final CircuitBreaker circuitBreaker;
    private final InstantSource clock;

    StepDecider(
            Supplier<Policies> policies,
            StepExecutor executor,
            KillSwitch killSwitch,
            ActionCaps caps,
            CircuitBreaker circuitBreaker,
            InstantSource clock) {
        this.policies = policies;
        this.executor = executor;
        this.killSwitch = killSwitch;
        this.caps = caps;
        this.circuitBreaker = circuitBreaker;
        this.clock = clock;
    }

    /** Decides a planned step. */
    void decide(PlanSession session, Step step) {
        if (step.isDelayed(clock.instant())) {
            return;
        }
        if (step.target() == null) {
            session.save(step.withState(StepState.SKIPPED, List.of("target not identified")));
        } else if (step.kind() == ActionKind.NOTIFY) {
            session.save(step.withState(
                    StepState.APPLIED, List.of("channels receive every incident that their routes select")));
        } else if (executor.handler(step.kind()) == null) {
            session.save(
                    step.mode() == Mode.DRY_RUN
                            ? step.withState(StepState.DRY_RUN, List.of("not tested: " + NO_ACCESS))
                            : step.withState(StepState.SKIPPED, List.of(NO_ACCESS)));
        } else {
            switch (step.mode()) {
                case DRY_RUN -> session.save(step.withState(StepState.DRY_RUN, preview(session, step)));
                case APPROVE -> requestApproval(session, step, List.of());
                case AUTO -> decideAutomatic(session, step);
            }
        }
    }

    private void decideAutomatic(PlanSession session, Step step) {
        if (step.kind().requiresApproval(step.params())) {
            requestApproval(
                    session, step, List.of("it reaches beyond the affected target and therefore requires approval"));
        } else if (killSwitch.engagedOrUnreadable()) {
            requestApproval(session, step, List.of("held: " + KILL_SWITCH));
        } else if (circuitOpen()) {
            requestApproval(
                    session,
                    step,
                    List.of("held: the circuit breaker opened after " + CircuitBreaker.MAX_FAILURES
                            + " consecutive failures; an approved step that succeeds closes it"));
        } else {
            start(session, step, false);
        }
    }

    private boolean circuitOpen() {
        try {
            return circuitBreaker.open();
        } catch (ActionException e) {
            return true;
        }
    }

    /** Starts an approved step. */
    void startApproved(PlanSession session, Step step) {
        if (step.isDelayed(clock.instant())) {
            return;
        }
        if (killSwitch.engagedOrUnreadable()) {
            requestApproval(session, step, List.of("approved by " + step.approvedBy() + ", but held: " + KILL_SWITCH));
        } else {
            start(session, step, true);
        }
    }

    /** Moves a step to {@link StepState#WAITING}, or to {@link StepState#EXCLUDED} if an exclusion applies. */
    private void requestApproval(PlanSession session, Step step, List<String> reasons) {
        ResponsePolicy policy = policy(step);
        Optional<String> exclusion = exclusion(session, policy, step);
        if (policy == null || exclusion.isPresent()) {
            session.save(step.withState(StepState.EXCLUDED, List.of(exclusion.orElse(NO_POLICY))));
            return;
        }
        List<String> notes = new ArrayList<>(reasons);
        try {
            CapturedState captured = handler(step).capture(session.actionContext(step));
            exclusion = policy.exclusions().excludeByTarget(step.kind(), target(step), captured.facts());
            if (exclusion.isPresent()) {
                session.save(step.withState(StepState.EXCLUDED, List.of(exclusion.get())));
                return;
            }
            notes.addAll(preview(session, step));
        } catch (ActionException e) {
            notes.add(e.getMessage());
        }
        Instant expires = clock.instant().plus(policy.approvalTime());
        session.save(step.withState(StepState.WAITING, notes).dueAt(expires));
    }

    private void start(PlanSession session, Step step, boolean approved) {
        ResponsePolicy policy = policy(step);
        Optional<String> exclusion = exclusion(session, policy, step);
        if (policy == null || exclusion.isPresent()) {
            session.save(step.withState(StepState.EXCLUDED, List.of(exclusion.orElse(NO_POLICY))));
            return;
        }
        CapturedState captured;
        try {
            captured = handler(step).capture(session.actionContext(step));
        } catch (ActionException e) {
            handleCaptureFailure(session, step, e);
            return;
        }
        exclusion = policy.exclusions().excludeByTarget(step.kind(), target(step), captured.facts());
        if (exclusion.isPresent()) {
            session.save(step.withState(StepState.EXCLUDED, List.of(exclusion.get())));
            return;
        }
        if (!approved) {
            Optional<String> held = Optional.ofNullable(captured.approvalReason())
                    .map(reason -> "requires approval: " + reason)
                    .or(() -> acquireCaps(session, policy, step));
            if (held.isPresent()) {
                requestApproval(session, step, List.of(held.get()));
                return;
            }
        }
        executor.apply(session, session.save(step.started(captured.prior())));
    }

    /** Handles a target whose state cannot be read. The step changes nothing. */
    private void handleCaptureFailure(PlanSession session, Step step, ActionException failure) {
        List<String> note = List.of(failure.getMessage() + "; nothing was changed");
        int attempts = step.attempts() + 1;
        switch (failure.kind()) {
            case NOT_FOUND, NOT_APPLICABLE -> session.save(step.withState(StepState.SKIPPED, note));
            case PERMANENT -> {
                circuitBreaker.record(false);
                session.save(step.withState(StepState.FAILED, note));
            }
            case RETRYABLE ->
                session.save(
                        attempts < StepExecutor.MAX_ATTEMPTS
                                ? step.retryAt(attempts, clock.instant().plus(StepExecutor.delay(attempts)))
                                        .withNotes(note)
                                : step.withState(StepState.FAILED, note));
        }
    }

    /** Returns why the facts about the incident exclude the step; empty if they do not. */
    private static Optional<String> exclusion(PlanSession session, @Nullable ResponsePolicy policy, Step step) {
        if (policy == null) {
            return Optional.of(NO_POLICY);
        }
        PlanContext context = session.context();
        if (context == null) {
            return Optional.of("the incident no longer exists");
        }
        AffectedTarget affected = context.target(step);
        return affected == null
                ? Optional.of("the alert of the affected target is no longer stored")
                : policy.exclusions().excludeByIncident(target(step), affected.alert(), context.facts(affected));
    }

    /**
     * Counts the affected target of a step under the caps of its policy and of all policies. All steps of one affected target
     * count once. Returns why the step may not run; empty if it may.
     */
    private Optional<String> acquireCaps(PlanSession session, ResponsePolicy policy, Step step) {
        Cap cap = policy.cap();
        String name = "policy/" + policy.name();
        String per = cap.per();
        if (per != null) {
            PlanContext context = session.context();
            AffectedTarget affected = context == null ? null : context.target(step);
            Object value = context == null || affected == null
                    ? null
                    : context.facts(affected).get(per);
            if (value == null) {
                return Optional.of("held: the policy's cap counts by " + per + ", which has no value");
            }
            name = name + "/" + value;
        }
        String holder = session.plan().incidentId() + "/" + step.episode() + "/" + step.targetKey();
        try {
            if (!caps.acquire(TextLimit.cut(name, MAX_CAP_NAME), cap, holder)) {
                return Optional.of("held: the policy's cap of " + text(cap) + " is reached");
            }
            if (!caps.acquire("all", policies.get().cap(), holder)) {
                return Optional.of("held: the cap of " + text(policies.get().cap()) + " for all policies is reached");
            }
            return Optional.empty();
        } catch (ActionException e) {
            return Optional.of("held: the cap cannot be read");
        }
    }

    private static String text(Cap cap) {
        return cap.max() + " in " + cap.within().toMinutes() + " min";
    }

    private List<String> preview(PlanSession session, Step step) {
        try {
            return handler(step).preview(session.actionContext(step));
        } catch (ActionException e) {
            return List.of("the dry run failed: " + e.getMessage());
        }
    }

    private ActionHandler handler(Step step) {
        ActionHandler handler = executor.handler(step.kind());
        if (handler == null) {
            throw ActionException.permanent(NO_ACCESS);
        }
        return handler;
    }

    private static Target target(Step step) {
        return Objects.requireNonNull(step.target(), "a step without target is skipped");
    }

    private @Nullable ResponsePolicy policy(Step step) {
        return policies.get().policies().stream()
                .filter(policy -> policy.name().equals(step.policy()))
                .findFirst()
                .orElse(null);
    }
}
