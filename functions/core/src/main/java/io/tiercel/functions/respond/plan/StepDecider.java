package io.tiercel.functions.respond.plan;

import io.tiercel.functions.respond.PlanStep;
import io.tiercel.functions.respond.StepState;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.action.CapturedState;
import io.tiercel.functions.respond.action.Target;
import io.tiercel.functions.respond.guard.CircuitBreaker;
import io.tiercel.functions.respond.plan.TargetCheck.Patience;
import io.tiercel.functions.respond.plan.TargetCheck.Result;
import io.tiercel.functions.respond.policy.Mode;
import io.tiercel.functions.respond.policy.ResponsePolicy;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Decides the next state of a planned or approved step: dry run, approval, exclusion or start. */
final class StepDecider {
    private static final String NO_ACCESS = "this deployment has no access to this type of target";
    private static final String REQUIRES_APPROVAL = "requires approval: ";

    private final GuardRails guards;
    private final TargetCheck targets;
    private final StepExecutor executor;
    private final CircuitBreaker circuitBreaker;
    private final InstantSource clock;

    StepDecider(
            GuardRails guards,
            TargetCheck targets,
            StepExecutor executor,
            CircuitBreaker circuitBreaker,
            InstantSource clock) {
        this.guards = guards;
        this.targets = targets;
        this.executor = executor;
        this.circuitBreaker = circuitBreaker;
        this.clock = clock;
    }

    /** Decides a planned step by the mode that its policy has now. */
    void decide(PlanSession session, Step planned) {
        if (planned.isDelayed(clock.instant()) || stopIfWithdrawn(session, planned)) {
            return;
        }
        Step step = guards.withCurrentMode(planned);
        if (step.kind() == ActionKind.NOTIFY) {
            session.save(step.withState(
                    StepState.APPLIED, List.of("channels receive every incident that their routes select")));
        } else if (executor.handler(step.kind()) == null) {
            session.save(withoutAccess(step));
        } else if (!failIfExhausted(session, step)) {
            Step attempted = session.attempt(step);
            switch (step.mode()) {
                case DRY_RUN -> dryRun(session, attempted);
                case APPROVE -> requestApproval(session, attempted, List.of());
                case AUTO -> decideAutomatic(session, attempted);
            }
        }
    }

    /**
     * Ends a step whose process ended during every attempt, so that it does not keep other steps from running. A step that leaves a
     * part of its target more open than before continues.
     */
    private boolean failIfExhausted(PlanSession session, Step step) {
        if (step.attempts() < StepExecutor.MAX_ATTEMPTS || executor.exposed(step)) {
            return false;
        }
        session.save(executor.withTimeLimit(step.withState(
                StepState.FAILED, List.of("no result after " + StepExecutor.MAX_ATTEMPTS + " attempts"))));
        return true;
    }

    /** Stops a waiting step whose policy was removed or is a dry run now, and one that was not approved in time. */
    void keepWaiting(PlanSession session, Step step) {
        if (!stopIfWithdrawn(session, step) && step.isDue(clock.instant())) {
            session.save(step.withState(StepState.EXPIRED, List.of("not approved in time")));
        }
    }

    private boolean stopIfWithdrawn(PlanSession session, Step step) {
        Optional<Step> stopped = guards.withdrawn(step);
        stopped.ifPresent(session::save);
        return stopped.isPresent();
    }

    private static Step withoutAccess(Step step) {
        if (step.target() == null) {
            return step.withState(StepState.SKIPPED, List.of(PlanStep.NO_TARGET));
        }
        return step.mode() == Mode.DRY_RUN
                ? step.withState(StepState.DRY_RUN, List.of("not tested: " + NO_ACCESS))
                : step.withState(StepState.SKIPPED, List.of(NO_ACCESS));
    }

    private void dryRun(PlanSession session, Step step) {
        switch (targets.checkStored(session, step)) {
            case Result.Confirmed(Step found) ->
                session.save(found.withState(StepState.DRY_RUN).withPreview(preview(session, found)));
            case Result.Unconfirmed(Step found, List<String> reasons) ->
                session.save(found.withState(StepState.DRY_RUN, reasons).withPreview(preview(session, found)));
            case Result.Later(Step later) -> session.save(later);
            case Result.NoTarget(List<String> reasons) -> session.save(step.withState(StepState.SKIPPED, reasons));
        }
    }

    private void decideAutomatic(PlanSession session, Step step) {
        if (step.kind().requiresApproval(step.params())) {
            requestApproval(
                    session, step, List.of("it reaches beyond the affected target and therefore requires approval"));
        } else if (guards.killed()) {
            requestApproval(session, step, List.of("held: " + GuardRails.KILL_SWITCH));
        } else if (guards.circuitOpen(step)) {
            requestApproval(
                    session,
                    step,
                    List.of("held: the circuit breaker opened after " + CircuitBreaker.MAX_FAILURES
                            + " consecutive failures; an approved step that succeeds closes it"));
        } else {
            switch (targets.check(session, step, Patience.UNTIL_CONFIRMED)) {
                case Result.Confirmed(Step found) -> start(session, found, false);
                case Result.Unconfirmed(Step found, List<String> reasons) -> awaitApproval(session, found, reasons);
                case Result.Later(Step later) -> session.save(later);
                case Result.NoTarget(List<String> reasons) -> session.save(step.withState(StepState.SKIPPED, reasons));
            }
        }
    }

    /** Starts an approved step. Its target need not be confirmed, but no source may contradict it. */
    void startApproved(PlanSession session, Step step) {
        if (step.isDelayed(clock.instant()) || stopIfWithdrawn(session, step) || failIfExhausted(session, step)) {
            return;
        }
        startAttempt(session, session.attempt(step));
    }

    private void startAttempt(PlanSession session, Step step) {
        if (guards.killed()) {
            requestApproval(
                    session,
                    step,
                    List.of("approved by " + step.approvedBy() + ", but held: " + GuardRails.KILL_SWITCH));
            return;
        }
        switch (targets.check(session, step, Patience.UNTIL_IDENTIFIED)) {
            case Result.Confirmed(Step found) -> start(session, found, true);
            case Result.Unconfirmed(Step found, List<String> reasons) -> start(session, found.withNotes(reasons), true);
            case Result.Later(Step later) -> session.save(later);
            case Result.NoTarget(List<String> reasons) -> session.save(step.withState(StepState.SKIPPED, reasons));
        }
    }

    /**
     * Resumes a step that began and was interrupted, or whose last attempt failed. It is unknown which writes happened, so that
     * the target is checked like before the first one. A step that may not continue is undone, since a person cannot
     * approve it again: the state before its first write must stay the stored one.
     */
    void resume(PlanSession session, Step step) {
        if (step.isDelayed(clock.instant()) || failIfExhausted(session, step)) {
            return;
        }
        resumeAttempt(session, session.attempt(step));
    }

    private void resumeAttempt(PlanSession session, Step step) {
        if (!step.kind().idempotent() || guards.killed() || executor.exposed(step)) {
            executor.resume(session, step);
            return;
        }
        boolean approved = step.approvedBy() != null;
        switch (targets.check(session, step, approved ? Patience.UNTIL_IDENTIFIED : Patience.UNTIL_CONFIRMED)) {
            case Result.Confirmed(Step found) -> executor.resume(session, found);
            case Result.Unconfirmed(Step found, List<String> reasons) -> {
                if (approved) {
                    executor.resume(session, found);
                } else {
                    giveUp(session, step, reasons);
                }
            }
            case Result.Later(Step later) -> session.save(later);
            case Result.NoTarget(List<String> reasons) -> giveUp(session, step, reasons);
        }
    }

    private static void giveUp(PlanSession session, Step step, List<String> reasons) {
        session.save(
                step.undoable()
                        ? step.release("interrupted, and it may not continue; what it changed is undone")
                                .withNotes(reasons)
                        : step.withState(StepState.FAILED, List.of("interrupted, and it may not continue"))
                                .withNotes(reasons));
    }

    /** Moves a step with an identified target to {@link StepState#WAITING}, or to {@link StepState#EXCLUDED} if an exclusion applies. */
    private void requestApproval(PlanSession session, Step step, List<String> reasons) {
        switch (targets.check(session, step, Patience.UNTIL_IDENTIFIED)) {
            case Result.Confirmed(Step found) -> awaitApproval(session, found, reasons);
            case Result.Unconfirmed(Step found, List<String> missing) ->
                awaitApproval(
                        session,
                        found,
                        Stream.concat(reasons.stream(), missing.stream()).toList());
            case Result.Later(Step later) -> session.save(later);
            case Result.NoTarget(List<String> missing) -> session.save(step.withState(StepState.SKIPPED, missing));
        }
    }

    private void awaitApproval(PlanSession session, Step step, List<String> reasons) {
        ResponsePolicy policy = guards.policy(step);
        Optional<String> exclusion = guards.exclusion(session, policy, step);
        if (policy == null || exclusion.isPresent()) {
            session.save(step.withState(StepState.EXCLUDED, List.of(exclusion.orElse(GuardRails.NO_POLICY))));
            return;
        }
        List<String> notes = new ArrayList<>(reasons);
        List<String> preview = List.of();
        try {
            CapturedState captured = handler(step).capture(session.actionContext(step));
            exclusion = policy.exclusions().excludeByTarget(step.kind(), target(step), captured.facts());
            if (exclusion.isPresent()) {
                session.save(step.withState(StepState.EXCLUDED, List.of(exclusion.get())));
                return;
            }
            if (captured.approvalReason() != null) {
                notes.add(REQUIRES_APPROVAL + captured.approvalReason());
            }
            preview = preview(session, step);
        } catch (ActionException e) {
            notes.add(e.getMessage());
            if (e.kind() == ActionException.Kind.NOT_FOUND || e.kind() == ActionException.Kind.NOT_APPLICABLE) {
                session.save(step.withState(StepState.SKIPPED, notes));
                return;
            }
        }
        Instant expires = clock.instant().plus(policy.approvalTime());
        session.save(
                step.withState(StepState.WAITING, notes).withPreview(preview).dueAt(expires));
    }

    /** Starts a step whose target {@link TargetCheck} has just permitted. */
    private void start(PlanSession session, Step step, boolean approved) {
        ResponsePolicy policy = guards.policy(step);
        Optional<String> exclusion = guards.exclusion(session, policy, step);
        if (policy == null || exclusion.isPresent()) {
            session.save(step.withState(StepState.EXCLUDED, List.of(exclusion.orElse(GuardRails.NO_POLICY))));
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
        Step counted = step;
        if (!approved) {
            if (captured.approvalReason() != null) {
                awaitApproval(session, step, List.of(REQUIRES_APPROVAL + captured.approvalReason()));
                return;
            }
            // A target that is held in the same way already changes no further.
            if (!executor.alreadyHeld(step, captured)) {
                GuardRails.Slots slots = guards.acquireCaps(session, policy, step);
                counted = step.withSlots(slots.acquired());
                if (slots.held().isPresent()) {
                    awaitApproval(session, counted, List.of(slots.held().get()));
                    return;
                }
            }
        }
        executor.start(session, counted, captured);
    }

    /** Handles a target whose state cannot be read. The step changes nothing. */
    private void handleCaptureFailure(PlanSession session, Step step, ActionException failure) {
        List<String> note = List.of(failure.getMessage() + "; nothing was changed");
        switch (failure.kind()) {
            case NOT_FOUND, NOT_APPLICABLE -> session.save(step.withState(StepState.SKIPPED, note));
            case UNREADABLE -> session.save(step.withState(StepState.FAILED, note));
            case PERMANENT -> {
                circuitBreaker.record(step.confidence(), false);
                session.save(step.withState(StepState.FAILED, note));
            }
            case RETRYABLE ->
                session.save(
                        step.attempts() < StepExecutor.MAX_ATTEMPTS
                                ? step.retryAt(clock.instant().plus(StepExecutor.delay(step.attempts())))
                                        .withNotes(note)
                                : step.withState(StepState.FAILED, note));
        }
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
}
