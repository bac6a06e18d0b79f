package io.tiercel.functions.respond.plan;

import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.action.ActionParameters;
import io.tiercel.functions.respond.action.Target;
import io.tiercel.functions.respond.policy.Mode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One step of a plan, as it is stored.
 *
 * @param id unique among all steps
 * @param episode of the incident, the last one that it was wanted in
 * @param scene the place that it is for, {@link AffectedTarget#key}; null where a version without places has planned it
 * @param kind what to do
 * @param target what to act on; null if it is not identified
 * @param params how
 * @param policy name of the policy that asks for it
 * @param why what the policy says it is for
 * @param mode how far the policy lets it go
 * @param timeLimitMillis after which it is undone; null for never
 * @param state where it stands
 * @param notes what whoever reads it has to know
 * @param prior the target's state before the first write; null before that was read
 * @param attempts how often it was tried and failed for now
 * @param until milliseconds since the epoch at which the next thing happens by itself: the approval expires, it is undone,
 *     or tried again; null for nothing
 * @param by who approved it; null if nobody had to or has
 */
public record Step(
        String id,
        int episode,
        @Nullable String scene,
        ActionKind kind,
        @Nullable Target target,
        ActionParameters params,
        String policy,
        String why,
        Mode mode,
        @Nullable Long timeLimitMillis,
        StepState state,
        List<String> notes,
        @Nullable String prior,
        int attempts,
        @Nullable Long until,
        @Nullable String by) {
    private static final int MAX_NOTES = 60;

    /** Jackson gives 0 for the episode of a step that a version without it has stored. */
    public Step {
        episode = Math.max(episode, 1);
    }

    /** Whether it is the same action on the same target in the same manner. */
    boolean sameAs(ActionKind otherKind, @Nullable Target otherTarget, ActionParameters otherParams) {
        return kind == otherKind
                && (target == null ? otherTarget == null : target.equals(otherTarget))
                && params.equals(otherParams);
    }

    /** The same step, elsewhere on its way. */
    private Step on(
            StepState next,
            List<String> nextNotes,
            @Nullable String nextPrior,
            int nextAttempts,
            @Nullable Long nextUntil,
            @Nullable String nextBy) {
        return new Step(
                id,
                episode,
                scene,
                kind,
                target,
                params,
                policy,
                why,
                mode,
                timeLimitMillis,
                next,
                nextNotes,
                nextPrior,
                nextAttempts,
                nextUntil,
                nextBy);
    }

    Step in(StepState next) {
        return on(next, notes, prior, attempts, null, by);
    }

    Step in(StepState next, List<String> newNotes) {
        return in(next).noting(newNotes);
    }

    Step noting(List<String> newNotes) {
        List<String> all = new ArrayList<>(notes);
        newNotes.stream().filter(note -> !all.contains(note)).forEach(all::add);
        List<String> kept =
                List.copyOf(all.size() <= MAX_NOTES ? all : all.subList(all.size() - MAX_NOTES, all.size()));
        return on(state, kept, prior, attempts, until, by);
    }

    Step until(Instant time) {
        return on(state, notes, prior, attempts, time.toEpochMilli(), by);
    }

    Step begun(String priorState) {
        return on(StepState.APPLYING, notes, priorState, 0, null, by);
    }

    Step triedUntil(int newAttempts, Instant again) {
        return on(state, notes, prior, newAttempts, again.toEpochMilli(), by);
    }

    Step approvedBy(String whom) {
        return on(StepState.APPROVED, notes, prior, attempts, null, whom);
    }

    /**
     * Of a later episode as well, so that undoing it now is for that one; a step that is being undone is not: that was
     * ordered for an earlier one.
     */
    Step stillWantedIn(int laterEpisode, String laterScene) {
        return laterEpisode <= episode || state == StepState.RELEASING
                ? this
                : new Step(
                        id,
                        laterEpisode,
                        laterScene,
                        kind,
                        target,
                        params,
                        policy,
                        why,
                        mode,
                        timeLimitMillis,
                        state,
                        notes,
                        prior,
                        attempts,
                        until,
                        by);
    }

    boolean dueAt(Instant now) {
        return until != null && until <= now.toEpochMilli();
    }

    /** Whether something of it may be in place that could be undone. */
    boolean undoable() {
        return prior != null
                && kind.reversible()
                && (state == StepState.APPLYING
                        || state == StepState.APPLIED
                        || state == StepState.PARTIAL
                        || state == StepState.FAILED);
    }

    /** Whether it is on its way or in place; if so, nobody needs another one like it. */
    boolean inForce() {
        return switch (state) {
            case PLANNED, WAITING, APPROVED, APPLYING, RELEASING -> true;
            case APPLIED, PARTIAL -> kind.reversible();
            case DRY_RUN, FAILED, UNCERTAIN, SKIPPED, EXCLUDED, EXPIRED, CANCELLED, RELEASED, DRIFTED -> false;
        };
    }

    /** Whether nothing of it is left that anybody could go on with or undo. */
    boolean forgettable() {
        return !inForce() && !undoable() && state != StepState.DRIFTED;
    }
}
