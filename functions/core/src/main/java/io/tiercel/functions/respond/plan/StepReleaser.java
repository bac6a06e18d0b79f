package io.tiercel.functions.respond.plan;

import io.tiercel.functions.respond.StepState;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionResult;
import io.tiercel.functions.respond.hold.Acquisition;
import io.tiercel.functions.respond.hold.HoldRegistry;
import io.tiercel.functions.respond.hold.LockedParts;
import io.tiercel.functions.retry.Backoff;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/**
 * Undoes steps. A release that the service throttles is repeated without end. A release that is not complete for another reason
 * ends as {@link StepState#DRIFTED}, and a person can repeat it.
 */
final class StepReleaser {
    /** The delays between attempts. */
    private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(30), Duration.ofMinutes(15));

    private static final String NO_ACCESS = "this deployment no longer has access to this type of target";
    private static final String FULL =
            "not released automatically: more incidents wanted this target closed than can be counted;"
                    + " release it yourself when none needs it";

    private final StepExecutor executor;
    private final HoldRegistry holds;
    private final InstantSource clock;

    StepReleaser(StepExecutor executor, HoldRegistry holds, InstantSource clock) {
        this.executor = executor;
        this.holds = holds;
        this.clock = clock;
    }

    /** Undoes a step. */
    void undo(PlanSession session, Step releasing) {
        if (releasing.isDelayed(clock.instant())) {
            return;
        }
        Step step = session.attempt(releasing);
        ActionHandler handler = executor.handler(step.kind());
        if (handler == null) {
            session.save(step.withState(StepState.DRIFTED, List.of(NO_ACCESS)));
            return;
        }
        switch (holds.lock(step.id(), step.parts())) {
            case Acquisition.Busy _ ->
                session.save(step.waitUntil(clock.instant().plus(StepExecutor.BUSY_DELAY))
                        .withNotes(List.of(StepExecutor.BUSY)));
            case Acquisition.Refused _ -> throw new IllegalStateException("locking refuses nothing");
            case Acquisition.Held(LockedParts parts, List<String> _) ->
                parts.keepOnFailure(() -> release(session, step, handler, parts));
        }
    }

    private void release(PlanSession session, Step step, ActionHandler handler, LockedParts parts) {
        if (parts.isEmpty()) {
            // A process ended after it dropped the holds, or a later step replaced a drifted hold.
            session.save(
                    step.holding(List.of()).withState(StepState.RELEASED, List.of("the step holds nothing any more")));
            return;
        }
        if (parts.full() && !step.progress().releasedByPerson()) {
            parts.keep();
            session.save(step.withState(StepState.DRIFTED, List.of(FULL)));
            return;
        }
        try {
            ActionResult result = handler.release(session.actionContext(step, parts), parts);
            if (parts.exposed()) {
                throw ActionException.retryable("part of the target is still more open than before", null);
            }
            List<String> others = parts.otherIncidents();
            boolean complete =
                    result.status() == ActionResult.Status.DONE || result.status() == ActionResult.Status.SKIPPED;
            if (!complete) {
                parts.drift();
                session.save(step.withState(StepState.DRIFTED, result.notes()));
                return;
            }
            parts.drop();
            Step released = step.holding(List.of()).withState(StepState.RELEASED, result.notes());
            session.save(
                    others.isEmpty()
                            ? released
                            : released.withNotes(List.of(
                                    HolderNotes.stillHeld(others, session.plan().incidentId()))));
        } catch (ActionException e) {
            fail(session, step, parts, e);
        }
    }

    private void fail(PlanSession session, Step step, LockedParts parts, ActionException failure) {
        List<String> note = List.of(failure.getMessage());
        if (failure.kind() == ActionException.Kind.RETRYABLE || parts.exposed()) {
            parts.keep();
            session.save(step.retryAt(clock.instant().plus(BACKOFF.delay(step.attempts())))
                    .withNotes(note));
        } else {
            parts.drift();
            session.save(step.withState(StepState.DRIFTED, note));
        }
    }
}
