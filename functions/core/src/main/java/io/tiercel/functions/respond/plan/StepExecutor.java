package io.tiercel.functions.respond.plan;

import io.tiercel.functions.respond.StepState;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.action.ActionResult;
import io.tiercel.functions.respond.action.CapturedState;
import io.tiercel.functions.respond.guard.CircuitBreaker;
import io.tiercel.functions.respond.guard.KillSwitch;
import io.tiercel.functions.respond.hold.Acquisition;
import io.tiercel.functions.respond.hold.HoldRegistry;
import io.tiercel.functions.respond.hold.Holder;
import io.tiercel.functions.respond.hold.LockedParts;
import io.tiercel.functions.retry.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Applies steps. It stores the intent, holds and locks the parts of the target, makes the calls, and stores the result, in this
 * order. After a crash between any two of them, the stored state shows where to resume.
 */
final class StepExecutor {
    /** The maximum number of attempts of a step. */
    static final int MAX_ATTEMPTS = 5;

    /** When a step is tried again whose target another process is changing. */
    static final Duration BUSY_DELAY = Duration.ofSeconds(5);

    static final String BUSY = "waits: another step is changing this target";
    private static final String NO_ACCESS = "this deployment no longer has access to this type of target";

    /** Four delays between the attempts: 30 seconds to 4 minutes. */
    private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(30), Duration.ofMinutes(4));

    private final Map<ActionKind, ActionHandler> handlers;
    private final HoldRegistry holds;
    private final KillSwitch killSwitch;
    private final CircuitBreaker circuitBreaker;
    private final InstantSource clock;

    StepExecutor(
            Map<ActionKind, ActionHandler> handlers,
            HoldRegistry holds,
            KillSwitch killSwitch,
            CircuitBreaker circuitBreaker,
            InstantSource clock) {
        this.handlers = handlers;
        this.holds = holds;
        this.killSwitch = killSwitch;
        this.circuitBreaker = circuitBreaker;
        this.clock = clock;
    }

    /** Starts a step whose target was just captured. */
    void start(PlanSession session, Step step, CapturedState captured) {
        start(session, step, captured, List.of());
    }

    /** @param held the keys of the parts that the step already holds. It keeps them, even if the target has lost them */
    private void start(PlanSession session, Step step, CapturedState captured, List<String> held) {
        Set<String> keys = new LinkedHashSet<>();
        captured.parts().forEach(part -> keys.add(part.key()));
        keys.addAll(held);
        Step started = session.save(step.started(List.copyOf(keys)));
        if (keys.isEmpty()) {
            apply(session, started, LockedParts.none(holds), List.of());
            return;
        }
        Long limit = step.timeLimitMillis();
        Instant expires = limit == null ? null : clock.instant().plusMillis(limit);
        Holder holder = new Holder(session.plan().incidentId(), step.id(), expires);
        Acquisition acquired;
        try {
            acquired = holds.acquire(
                    holder,
                    captured.parts(),
                    held,
                    session::checkLease,
                    () -> Objects.requireNonNull(handler(step.kind()), "the handler captured the step before")
                            .capture(session.actionContext(step))
                            .parts());
        } catch (ActionException e) {
            // Another process took a lock that expired. The step may hold some parts, so the next attempt finds out.
            session.save(started.waitUntil(clock.instant().plus(BUSY_DELAY)).withNotes(List.of(e.getMessage())));
            return;
        }
        switch (acquired) {
            case Acquisition.Busy _ ->
                session.save(step.waitUntil(clock.instant().plus(BUSY_DELAY)).withNotes(List.of(BUSY)));
            case Acquisition.Refused(List<String> problems)
            when mayBeStale(step) -> captureAgain(session, step, problems);
            case Acquisition.Refused(List<String> problems) ->
                session.save(started.holding(List.of())
                        .withState(StepState.FAILED, problems)
                        .withNotes(List.of("nothing was changed")));
            case Acquisition.Held(LockedParts parts, List<String> problems)
            when !problems.isEmpty() && mayBeStale(step) && !parts.mustBeRestored() ->
                parts.keepOnFailure(() -> {
                    parts.drop();
                    captureAgain(session, step, problems);
                });
            case Acquisition.Held(LockedParts parts, List<String> problems) ->
                parts.keepOnFailure(() -> applyHeld(session, started, parts, problems));
        }
    }

    /**
     * Returns whether a part that cannot be held may be one that its last holder has released since it was captured. A second
     * capture then shows its prior state.
     */
    private static boolean mayBeStale(Step step) {
        return step.attempts() <= 1;
    }

    private void captureAgain(PlanSession session, Step step, List<String> problems) {
        session.save(step.retryAt(clock.instant().plus(BUSY_DELAY)).withNotes(problems));
    }

    private void applyHeld(PlanSession session, Step started, LockedParts parts, List<String> problems) {
        Step held = problems.isEmpty()
                ? started
                : session.save(started.holding(parts.keys()).withNotes(problems));
        List<String> others = parts.otherIncidents();
        if (!others.isEmpty()) {
            held = held.withNotes(List.of(
                    HolderNotes.alreadyHeld(held.kind(), others, session.plan().incidentId())));
        }
        apply(session, held, parts, problems);
    }

    /** Returns whether a step changes nothing, because others hold every part of its target in the way that it requests. */
    boolean alreadyHeld(Step step, CapturedState captured) {
        return !step.kind().repeatsEffect()
                && !captured.parts().isEmpty()
                && holds.alreadyHeld(step.id(), captured.parts());
    }

    /**
     * Returns whether a part of a step is more open than before. Then the step must continue, even if the kill switch is engaged, a
     * source does not answer, or too many attempts failed.
     */
    boolean exposed(Step step) {
        return !step.parts().isEmpty() && holds.exposed(step.parts());
    }

    /** Resumes a step that started and was interrupted, after its target was checked again. */
    void resume(PlanSession session, Step step) {
        Instant now = clock.instant();
        if (!step.kind().idempotent()) {
            session.save(step.withState(
                    StepState.UNCERTAIN,
                    List.of("interrupted during the call to the receiver; the receiver may have got the call, and it is"
                            + " not repeated")));
        } else if (killSwitch.engagedOrUnreadable() && !exposed(step)) {
            session.save(step.waitUntil(now.plus(BACKOFF.first()))
                    .withNotes(
                            List.of("interrupted; the kill switch blocks it from resuming, but it can be released")));
        } else if (step.parts().isEmpty()) {
            apply(session, step, LockedParts.none(holds), List.of());
        } else {
            resumeHeld(session, step);
        }
    }

    private void resumeHeld(PlanSession session, Step step) {
        switch (holds.lock(step.id(), step.parts())) {
            case Acquisition.Busy _ ->
                session.save(step.waitUntil(clock.instant().plus(BUSY_DELAY)).withNotes(List.of(BUSY)));
            case Acquisition.Refused _ -> throw new IllegalStateException("locking refuses nothing");
            case Acquisition.Held(LockedParts parts, List<String> _) ->
                parts.keepOnFailure(() -> {
                    if (parts.keys().size() < step.parts().size()) {
                        // The process ended before it held all parts, and therefore before its first write.
                        holdAgain(session, step, parts);
                    } else {
                        apply(session, step, parts, List.of());
                    }
                });
        }
    }

    /**
     * Starts a step again that holds some of its parts. Another step can have changed them meanwhile and left them so, because of this
     * hold. Then only this step can restore them, and it must not end the hold, even if the target has lost such a part since.
     */
    private void holdAgain(PlanSession session, Step step, LockedParts parts) {
        if (!parts.mustBeRestored()) {
            parts.drop();
            session.save(step.notStarted());
            session.requestRun();
            return;
        }
        List<String> held = parts.keys();
        parts.keep();
        ActionHandler handler = handler(step.kind());
        if (handler == null) {
            session.save(withTimeLimit(step.withState(StepState.FAILED, List.of(NO_ACCESS))));
            return;
        }
        CapturedState captured;
        try {
            captured = handler.capture(session.actionContext(step));
        } catch (ActionException e) {
            boolean retryable = e.kind() == ActionException.Kind.RETRYABLE && step.attempts() < MAX_ATTEMPTS;
            session.save(
                    retryable
                            ? step.retryAt(clock.instant().plus(delay(step.attempts())))
                                    .withNotes(List.of(e.getMessage()))
                            : withTimeLimit(step.withState(StepState.FAILED, List.of(e.getMessage()))));
            return;
        }
        start(session, step, captured, held);
    }

    /** @param problems the parts that the step does not hold, as messages for operators */
    private void apply(PlanSession session, Step step, LockedParts parts, List<String> problems) {
        ActionHandler handler = handlers.get(step.kind());
        if (handler == null) {
            parts.keep();
            session.save(withTimeLimit(step.withState(StepState.FAILED, List.of(NO_ACCESS))));
            return;
        }
        try {
            ActionResult result = handler.apply(session.actionContext(step, parts), parts);
            StepState state = state(result, parts, !problems.isEmpty());
            if (parts.exposed()) {
                throw ActionException.retryable("part of the target is still more open than before", null);
            }
            if (state == StepState.SKIPPED) {
                parts.drop();
                session.save(step.holding(List.of()).withState(state, result.notes()));
                return;
            }
            if (state == StepState.APPLIED || state == StepState.FAILED) {
                circuitBreaker.record(step.confidence(), state == StepState.APPLIED);
            }
            end(session, handler, step.withState(state, result.notes()), parts);
        } catch (ActionException e) {
            fail(session, handler, step, parts, e);
        }
    }

    /** Stores the end of a step. It keeps its parts, and a release can undo it: at its time limit, if it has one. */
    private void end(PlanSession session, ActionHandler handler, Step step, LockedParts parts) {
        Step ended = withReleasePreview(session, handler, withTimeLimit(step), parts);
        parts.keep();
        session.save(ended);
    }

    /** Returns the state after an attempt. A target that needs no change because other steps hold it is held by this one too. */
    private static StepState state(ActionResult result, LockedParts parts, boolean partsMissing) {
        return switch (result.status()) {
            case DONE -> partsMissing ? StepState.PARTIAL : StepState.APPLIED;
            case PARTIAL -> StepState.PARTIAL;
            case FAILED -> StepState.FAILED;
            case SKIPPED ->
                parts.written() || !parts.otherIncidents().isEmpty()
                        ? partsMissing ? StepState.PARTIAL : StepState.APPLIED
                        : StepState.SKIPPED;
        };
    }

    /** Adds what releasing the step will do, while it is in force. */
    private static Step withReleasePreview(PlanSession session, ActionHandler handler, Step step, LockedParts parts) {
        if (!step.undoable()) {
            return step;
        }
        try {
            return step.withOnRelease(handler.previewRelease(session.actionContext(step), parts));
        } catch (ActionException e) {
            return step.withOnRelease(List.of("cannot be predicted: " + e.getMessage()));
        }
    }

    /** Schedules a retry if one may help, else ends the step. What it holds stays held until it is released. */
    private void fail(
            PlanSession session, ActionHandler handler, Step step, LockedParts parts, ActionException failure) {
        List<String> note = List.of(failure.getMessage());
        boolean exposed = parts.exposed();
        boolean retryable = failure.kind() == ActionException.Kind.RETRYABLE
                && step.attempts() < MAX_ATTEMPTS
                && step.kind().idempotent();
        if (exposed || retryable) {
            parts.keep();
            session.save(
                    step.retryAt(clock.instant().plus(delay(step.attempts()))).withNotes(note));
            return;
        }
        if (failure.isPartial()) {
            end(session, handler, step.withState(StepState.PARTIAL, note), parts);
            return;
        }
        if (failure.countsAsFailure()) {
            circuitBreaker.record(step.confidence(), false);
        } else if (!parts.written() && step.kind().idempotent()) {
            parts.drop();
            session.save(step.holding(List.of()).withState(StepState.SKIPPED, note));
            return;
        }
        parts.keep();
        session.save(withTimeLimit(step.withState(StepState.FAILED, note)));
    }

    /** Returns the delay after a number of failed attempts. */
    static Duration delay(int attempts) {
        return BACKOFF.delay(attempts);
    }

    /** Sets the time of the automatic release if the policy has a time limit and there is something to undo. */
    Step withTimeLimit(Step step) {
        Long limit = step.timeLimitMillis();
        return limit != null && step.undoable() ? step.dueAt(clock.instant().plusMillis(limit)) : step;
    }

    /** Returns the handler of an action; null if this deployment has no access to its targets. */
    @Nullable
    ActionHandler handler(ActionKind kind) {
        return handlers.get(kind);
    }
}
