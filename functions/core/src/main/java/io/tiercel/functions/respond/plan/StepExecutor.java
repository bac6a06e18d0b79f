package io.tiercel.functions.respond.plan;

import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.action.ActionResult;
import io.tiercel.functions.respond.guard.CircuitBreaker;
import io.tiercel.functions.respond.guard.KillSwitch;
import io.tiercel.functions.retry.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Applies and undoes steps. It stores the intent, makes the calls, and stores the result, in this order. After a crash between
 * any two calls, the stored state shows where to resume.
 */
final class StepExecutor {
    /** The maximum number of attempts of a retryable call. */
    static final int MAX_ATTEMPTS = 5;

    /** Four delays between the attempts: 30 seconds to 4 minutes. */
    private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(30), Duration.ofMinutes(4));

    private final Map<ActionKind, ActionHandler> handlers;
    private final KillSwitch killSwitch;
    private final CircuitBreaker circuitBreaker;
    private final InstantSource clock;

    StepExecutor(
            Map<ActionKind, ActionHandler> handlers,
            KillSwitch killSwitch,
            CircuitBreaker circuitBreaker,
            InstantSource clock) {
        this.handlers = handlers;
        this.killSwitch = killSwitch;
        this.circuitBreaker = circuitBreaker;
        this.clock = clock;
    }

    /** Applies a step whose prior state is stored. */
    void apply(PlanSession session, Step step) {
        ActionHandler handler = handlers.get(step.kind());
        String prior = step.prior();
        if (handler == null || prior == null) {
            session.save(step.withState(
                    StepState.FAILED, List.of("this deployment no longer has access to this type of target")));
            return;
        }
        try {
            ActionResult result = handler.apply(session.actionContext(step), new StoredParts(prior));
            StepState state = switch (result.status()) {
                case DONE -> StepState.APPLIED;
                case PARTIAL -> StepState.PARTIAL;
                case FAILED -> StepState.FAILED;
                case SKIPPED -> StepState.SKIPPED;
            };
            if (state == StepState.APPLIED || state == StepState.FAILED) {
                circuitBreaker.record(step.confidence(), state == StepState.APPLIED);
            }
            session.save(withReleasePreview(session, handler, withTimeLimit(step.withState(state, result.notes()))));
        } catch (ActionException e) {
            handleFailure(session, step, e, StepState.FAILED);
        }
    }

    /** Adds what releasing the step will do, while it is in force. */
    private static Step withReleasePreview(PlanSession session, ActionHandler handler, Step step) {
        String prior = step.prior();
        if (prior == null || !step.undoable()) {
            return step;
        }
        try {
            return step.withOnRelease(handler.previewRelease(session.actionContext(step), new StoredParts(prior)));
        } catch (ActionException e) {
            return step.withOnRelease(List.of("cannot be predicted: " + e.getMessage()));
        }
    }

    /** Resumes a step that started and was interrupted, after its target was checked again. */
    void resume(PlanSession session, Step step) {
        Instant now = clock.instant();
        if (!step.kind().idempotent()) {
            session.save(step.withState(
                    StepState.UNCERTAIN,
                    List.of("interrupted during the call to the receiver; the receiver may have got the call, and it is"
                            + " not repeated")));
        } else if (killSwitch.engagedOrUnreadable()) {
            session.save(step.retryAt(step.attempts(), now.plus(BACKOFF.first()))
                    .withNotes(
                            List.of("interrupted; the kill switch blocks it from resuming, but it can be released")));
        } else {
            apply(session, step);
        }
    }

    /** Undoes a step. */
    void undo(PlanSession session, Step step) {
        if (step.isDelayed(clock.instant())) {
            return;
        }
        ActionHandler handler = handlers.get(step.kind());
        String prior = step.prior();
        if (handler == null || prior == null) {
            session.save(step.withState(
                    StepState.DRIFTED, List.of("this deployment no longer has access to this type of target")));
            return;
        }
        try {
            ActionResult result = handler.release(session.actionContext(step), new StoredParts(prior));
            boolean complete =
                    result.status() == ActionResult.Status.DONE || result.status() == ActionResult.Status.SKIPPED;
            session.save(step.withState(complete ? StepState.RELEASED : StepState.DRIFTED, result.notes()));
        } catch (ActionException e) {
            handleFailure(session, step, e, StepState.DRIFTED);
        }
    }

    /** Schedules a retry if one may help, else moves the step to its final state. */
    private void handleFailure(PlanSession session, Step step, ActionException failure, StepState finalState) {
        List<String> note = List.of(failure.getMessage());
        int attempts = step.attempts() + 1;
        if (failure.kind() == ActionException.Kind.RETRYABLE
                && attempts < MAX_ATTEMPTS
                && step.kind().idempotent()) {
            session.save(step.retryAt(attempts, clock.instant().plus(delay(attempts)))
                    .withNotes(note));
            return;
        }
        if (finalState == StepState.FAILED) {
            circuitBreaker.record(step.confidence(), false);
        }
        session.save(withTimeLimit(step.withState(finalState, note)));
    }

    /** Returns the delay after a number of failed attempts. */
    static Duration delay(int attempts) {
        return BACKOFF.delay(attempts);
    }

    /** Sets the time of the automatic release if the policy has a time limit and there is something to undo. */
    private Step withTimeLimit(Step step) {
        Long limit = step.timeLimitMillis();
        return limit != null && step.undoable() ? step.dueAt(clock.instant().plusMillis(limit)) : step;
    }

    /** Returns the handler of an action; null if this deployment has no access to its targets. */
    @Nullable
    ActionHandler handler(ActionKind kind) {
        return handlers.get(kind);
    }
}
