package io.tiercel.functions.respond.plan;

import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.action.ActionResult;
import io.tiercel.functions.respond.guard.CircuitBreaker;
import io.tiercel.functions.respond.guard.KillSwitch;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Carries out and undoes steps. The order is always: store what is about to be done, do it, store what came of it; so after a
 * crash between any two calls the stored state says where to go on.
 */
final class StepExecutor {
    /** How often a call that fails for now is tried. */
    static final int ATTEMPTS = 5;

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(30);

    private final Map<ActionKind, ActionHandler> remedies;
    private final KillSwitch killSwitch;
    private final CircuitBreaker breaker;
    private final InstantSource clock;

    StepExecutor(
            Map<ActionKind, ActionHandler> remedies,
            KillSwitch killSwitch,
            CircuitBreaker breaker,
            InstantSource clock) {
        this.remedies = remedies;
        this.killSwitch = killSwitch;
        this.breaker = breaker;
        this.clock = clock;
    }

    /** Does what a step is for; its prior state has just been stored. */
    void apply(PlanSession run, Step step) {
        ActionHandler remedy = remedies.get(step.kind());
        String prior = step.prior();
        if (remedy == null || prior == null) {
            run.save(step.in(StepState.FAILED, List.of("nothing here has access to what it acts on any more")));
            return;
        }
        try {
            ActionResult outcome = remedy.apply(run.work(step), prior);
            StepState state = switch (outcome.result()) {
                case DONE -> StepState.APPLIED;
                case PARTIAL -> StepState.PARTIAL;
                case FAILED -> StepState.FAILED;
                case SKIPPED -> StepState.SKIPPED;
            };
            if (state == StepState.APPLIED || state == StepState.FAILED) {
                breaker.note(state == StepState.APPLIED);
            }
            run.save(limited(step.in(state, outcome.notes())));
        } catch (ActionException e) {
            failed(run, step, e, StepState.FAILED);
        }
    }

    /** Goes on with a step that was begun and has not ended. */
    void resume(PlanSession run, Step step) {
        Instant now = clock.instant();
        if (step.until() != null && !step.dueAt(now)) {
            return;
        }
        if (!step.kind().resumable()) {
            run.save(step.in(
                    StepState.UNCERTAIN,
                    List.of("interrupted while the receiver was called; it may have the call, which is not repeated")));
        } else if (killSwitch.stops()) {
            run.save(step.triedUntil(step.attempts(), now.plus(FIRST_PAUSE))
                    .noting(List.of("interrupted; the kill switch keeps it from going on, releasing it is possible")));
        } else {
            apply(run, step);
        }
    }

    /** Undoes a step. */
    void undo(PlanSession run, Step step) {
        if (step.until() != null && !step.dueAt(clock.instant())) {
            return;
        }
        ActionHandler remedy = remedies.get(step.kind());
        String prior = step.prior();
        if (remedy == null || prior == null) {
            run.save(step.in(StepState.DRIFTED, List.of("nothing here has access to what it acted on any more")));
            return;
        }
        try {
            ActionResult outcome = remedy.release(run.work(step), prior);
            boolean whole =
                    outcome.result() == ActionResult.Result.DONE || outcome.result() == ActionResult.Result.SKIPPED;
            run.save(step.in(whole ? StepState.RELEASED : StepState.DRIFTED, outcome.notes()));
        } catch (ActionException e) {
            failed(run, step, e, StepState.DRIFTED);
        }
    }

    /** What came of a call that failed: tried again later if that may help, else the end. */
    private void failed(PlanSession run, Step step, ActionException failure, StepState end) {
        List<String> note = List.of(failure.getMessage());
        int attempts = step.attempts() + 1;
        if (failure.kind() == ActionException.Kind.PASSING
                && attempts < ATTEMPTS
                && step.kind().resumable()) {
            run.save(step.triedUntil(attempts, clock.instant().plus(pause(attempts)))
                    .noting(note));
            return;
        }
        if (end == StepState.FAILED) {
            breaker.note(false);
        }
        run.save(limited(step.in(end, note)));
    }

    static Duration pause(int attempts) {
        return FIRST_PAUSE.multipliedBy(1L << Math.min(attempts - 1, 10));
    }

    /** With the time after which it is undone by itself, if there is something to undo and a time is set. */
    private Step limited(Step step) {
        Long limit = step.timeLimitMillis();
        return limit != null && step.undoable() ? step.until(clock.instant().plusMillis(limit)) : step;
    }

    /** The remedy of a kind; null if nothing here can do it. */
    @Nullable
    ActionHandler remedy(ActionKind kind) {
        return remedies.get(kind);
    }
}
