package io.tiercel.functions.respond.plan;

import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.action.CapturedState;
import io.tiercel.functions.respond.action.Target;
import io.tiercel.functions.respond.guard.ActionCaps;
import io.tiercel.functions.respond.guard.CircuitBreaker;
import io.tiercel.functions.respond.guard.KillSwitch;
import io.tiercel.functions.respond.plan.TargetCheck.Patience;
import io.tiercel.functions.respond.plan.TargetCheck.Result;
import io.tiercel.functions.respond.policy.Cap;
import io.tiercel.functions.respond.policy.Confidence;
import io.tiercel.functions.respond.policy.Mode;
import io.tiercel.functions.respond.policy.Policies;
import io.tiercel.functions.respond.policy.ResponsePolicy;
import io.tiercel.functions.respond.policy.ResponsePolicy.PolicyAction;
import io.tiercel.rules.text.TextLimit;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Decides the next state of a planned or approved step: dry run, approval, exclusion or start. */
final class StepDecider {
    private static final String NO_ACCESS = "this deployment has no access to this type of target";
    private static final String KILL_SWITCH = "the kill switch is engaged or cannot be read";
    private static final String NO_POLICY = "its policy no longer exists";
    private static final String NO_ACTION = "its policy no longer requests this action";
    private static final String NOW_DRY_RUN = "its policy is a dry run now; nothing was changed";
    private static final String REQUIRES_APPROVAL = "requires approval: ";

    /** Keeps the key of a count within the limits of every store. */
    private static final int MAX_CAP_NAME = 150;

    private final Supplier<Policies> policies;
    private final TargetCheck targets;
    private final StepExecutor executor;
    private final KillSwitch killSwitch;
    private final ActionCaps caps;
    private final CircuitBreaker circuitBreaker;
    private final InstantSource clock;

    StepDecider(
            Supplier<Policies> policies,
            TargetCheck targets,
            StepExecutor executor,
            KillSwitch killSwitch,
            ActionCaps caps,
            CircuitBreaker circuitBreaker,
            InstantSource clock) {
        this.policies = policies;
        this.targets = targets;
        this.executor = executor;
        this.killSwitch = killSwitch;
        this.caps = caps;
        this.circuitBreaker = circuitBreaker;
        this.clock = clock;
    }

    /** Decides a planned step by the mode that its policy has now. */
    void decide(PlanSession session, Step planned) {
        if (planned.isDelayed(clock.instant()) || isWithdrawn(session, planned)) {
            return;
        }
        Step step = withCurrentMode(planned);
        if (step.kind() == ActionKind.NOTIFY) {
            session.save(step.withState(
                    StepState.APPLIED, List.of("channels receive every incident that their routes select")));
        } else if (executor.handler(step.kind()) == null) {
            session.save(withoutAccess(step));
        } else {
            switch (step.mode()) {
                case DRY_RUN -> dryRun(session, step);
                case APPROVE -> requestApproval(session, step, List.of());
                case AUTO -> decideAutomatic(session, step);
            }
        }
    }

    /** Stops a waiting step whose policy was removed or is a dry run now, and one that was not approved in time. */
    void keepWaiting(PlanSession session, Step step) {
        if (!isWithdrawn(session, step) && step.isDue(clock.instant())) {
            session.save(step.withState(StepState.EXPIRED, List.of("not approved in time")));
        }
    }

    /**
     * Stops a step that has not begun if its policy no longer requests it. Its mode becomes a dry run, so that it does not cover
     * the same request of a policy that is restored.
     */
    private boolean isWithdrawn(PlanSession session, Step step) {
        ResponsePolicy policy = policy(step);
        if (policy == null) {
            session.save(step.withMode(Mode.DRY_RUN).withState(StepState.CANCELLED, List.of(NO_POLICY)));
            return true;
        }
        if (!policy.actions().contains(new PolicyAction(step.kind(), step.params()))) {
            session.save(step.withMode(Mode.DRY_RUN).withState(StepState.CANCELLED, List.of(NO_ACTION)));
            return true;
        }
        if (policy.mode() == Mode.DRY_RUN && step.state() != StepState.PLANNED) {
            session.save(step.withMode(Mode.DRY_RUN).withState(StepState.DRY_RUN, List.of(NOW_DRY_RUN)));
            return true;
        }
        return false;
    }

    private Step withCurrentMode(Step step) {
        ResponsePolicy policy = policy(step);
        return policy == null ? step : step.withMode(policy.mode());
    }

    private static Step withoutAccess(Step step) {
        if (step.target() == null) {
            return step.withState(StepState.SKIPPED, List.of("target not identified"));
        }
        return step.mode() == Mode.DRY_RUN
                ? step.withState(StepState.DRY_RUN, List.of("not tested: " + NO_ACCESS))
                : step.withState(StepState.SKIPPED, List.of(NO_ACCESS));
    }

    private void dryRun(PlanSession session, Step step) {
        switch (targets.checkStored(session, step)) {
            case Result.Confirmed(Step found) ->
                session.save(found.withState(StepState.DRY_RUN, preview(session, found)));
            case Result.Unconfirmed(Step found, List<String> reasons) ->
                session.save(found.withState(StepState.DRY_RUN, reasons).withNotes(preview(session, found)));
            case Result.Later(Step later) -> session.save(later);
            case Result.NoTarget(List<String> reasons) -> session.save(step.withState(StepState.SKIPPED, reasons));
        }
    }

    private void decideAutomatic(PlanSession session, Step step) {
        if (step.kind().requiresApproval(step.params())) {
            requestApproval(
                    session, step, List.of("it reaches beyond the affected target and therefore requires approval"));
        } else if (killSwitch.engagedOrUnreadable()) {
            requestApproval(session, step, List.of("held: " + KILL_SWITCH));
        } else if (circuitOpen(step)) {
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

    private boolean circuitOpen(Step step) {
        try {
            return circuitBreaker.open(step.confidence());
        } catch (ActionException e) {
            return true;
        }
    }

    /** Starts an approved step. Its target need not be confirmed, but no source may contradict it. */
    void startApproved(PlanSession session, Step step) {
        if (step.isDelayed(clock.instant()) || isWithdrawn(session, step)) {
            return;
        }
        if (killSwitch.engagedOrUnreadable()) {
            requestApproval(session, step, List.of("approved by " + step.approvedBy() + ", but held: " + KILL_SWITCH));
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
        if (step.isDelayed(clock.instant())) {
            return;
        }
        if (!step.kind().idempotent() || killSwitch.engagedOrUnreadable()) {
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
            if (captured.approvalReason() != null) {
                notes.add(REQUIRES_APPROVAL + captured.approvalReason());
            }
            notes.addAll(preview(session, step));
        } catch (ActionException e) {
            notes.add(e.getMessage());
        }
        Instant expires = clock.instant().plus(policy.approvalTime());
        session.save(step.withState(StepState.WAITING, notes).dueAt(expires));
    }

    /** Starts a step whose target {@link TargetCheck} has just permitted. */
    private void start(PlanSession session, Step step, boolean approved) {
        ResponsePolicy policy = policy(step);
        Optional<String> exclusion = exclusion(session, policy, step);
        if (policy == null || exclusion.isPresent()) {
            session.save(step.withState(StepState.EXCLUDED, List.of(exclusion.orElse(NO_POLICY))));
            return;
        }
        Optional<Step> other = conflicting(session, step);
        if (other.isPresent()) {
            session.save(
                    other.get().state() == StepState.RELEASING
                            ? step.retryAt(step.attempts(), clock.instant().plus(StepExecutor.delay(1)))
                                    .withNotes(List.of("waits until an earlier step on this target is undone"))
                            : step.withState(StepState.SKIPPED, List.of("an earlier step on this target is in force")));
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
                    .map(reason -> REQUIRES_APPROVAL + reason)
                    .or(() -> acquireCaps(session, policy, step));
            if (held.isPresent()) {
                awaitApproval(session, step, List.of(held.get()));
                return;
            }
        }
        executor.apply(session, session.save(step.started(captured.prior())));
    }

    /** Returns another step that has changed the same target, so that this step would capture a state that is not the prior one. */
    private static Optional<Step> conflicting(PlanSession session, Step step) {
        return session.steps().stream()
                .filter(other -> !other.id().equals(step.id()) && other.sameAs(step))
                .filter(other -> other.isInForce() || other.state() == StepState.RELEASING)
                .findFirst();
    }

    /** Handles a target whose state cannot be read. The step changes nothing. */
    private void handleCaptureFailure(PlanSession session, Step step, ActionException failure) {
        List<String> note = List.of(failure.getMessage() + "; nothing was changed");
        int attempts = step.attempts() + 1;
        switch (failure.kind()) {
            case NOT_FOUND, NOT_APPLICABLE -> session.save(step.withState(StepState.SKIPPED, note));
            case PERMANENT -> {
                circuitBreaker.record(step.confidence(), false);
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
        AffectedTarget affected = session.affected(step);
        return affected == null
                ? Optional.of("the alert of the affected target is no longer stored")
                : policy.exclusions().excludeByIncident(target(step), affected.alert(), context.facts(affected));
    }

    /**
     * Counts the affected target of a step under the caps of its policy and of all policies. All steps of one affected target
     * count once. Steps of unverified senders have counts of their own, so that forged alerts never use up those of verified
     * senders. Returns why the step may not run; empty if it may.
     */
    private Optional<String> acquireCaps(PlanSession session, ResponsePolicy policy, Step step) {
        Cap cap = policy.cap();
        boolean verified = step.confidence() != Confidence.UNVERIFIED_SENDER;
        String prefix = verified ? "" : "unverified/";
        String name = prefix + "policy/" + policy.name();
        String per = cap.per();
        // An unverified sender chooses the values of its fields, so that a count for each value would be no limit.
        if (per != null && verified) {
            PlanContext context = session.context();
            AffectedTarget affected = session.affected(step);
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
            if (!caps.acquire(prefix + "all", policies.get().cap(), holder)) {
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
