package io.tiercel.functions.respond.plan;

import io.tiercel.functions.respond.action.ActionFailed;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.action.Outcome;
import io.tiercel.functions.respond.action.Remedy;
import io.tiercel.functions.respond.guard.Breaker;
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
final class Progress {
    /** How often a call that fails for now is tried. */
    static final int ATTEMPTS = 5;

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(30);

    private final Map<ActionKind, Remedy> remedies;
    private final KillSwitch killSwitch;
    private final Breaker breaker;
    private final InstantSource clock;

    Progress(Map<ActionKind, Remedy> remedies, KillSwitch killSwitch, Breaker breaker, InstantSource clock) {
        this.remedies = remedies;
        this.killSwitch = killSwitch;
        this.breaker = breaker;
        this.clock = clock;
    }

    /** Does what a step is for; its prior state has just been stored. */
    void apply(Run run, Step step) {
        Remedy remedy = remedies.get(step.kind());
        String prior = step.prior();
        if (remedy == null || prior == null) {
            run.save(step.in(StepState.FAILED, List.of("nothing here has access to what it acts on any more")));
            return;
        }
        try {
            Outcome outcome = remedy.apply(run.work(step), prior);
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
        } catch (ActionFailed e) {
            failed(run, step, e, StepState.FAILED);
        }
    }

    /** Goes on with a step that was begun and has not ended. */
    void resume(Run run, Step step) {
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
    void undo(Run run, Step step) {
        if (step.until() != null && !step.dueAt(clock.instant())) {
            return;
        }
        Remedy remedy = remedies.get(step.kind());
        String prior = step.prior();
        if (remedy == null || prior == null) {
            run.save(step.in(StepState.DRIFTED, List.of("nothing here has access to what it acted on any more")));
            return;
        }
        try {
            Outcome outcome = remedy.release(run.work(step), prior);
            boolean whole = outcome.result() == Outcome.Result.DONE || outcome.result() == Outcome.Result.SKIPPED;
            run.save(step.in(whole ? StepState.RELEASED : StepState.DRIFTED, outcome.notes()));
        } catch (ActionFailed e) {
            failed(run, step, e, StepState.DRIFTED);
        }
    }

    /** What came of a call that failed: tried again later if that may help, else the end. */
    private void failed(Run run, Step step, ActionFailed failure, StepState end) {
        List<String> note = List.of(failure.getMessage());
        int attempts = step.attempts() + 1;
        if (failure.kind() == ActionFailed.Kind.PASSING
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
    Remedy remedy(ActionKind kind) {
        return remedies.get(kind);
    }
}
