package io.tiercel.functions.respond.plan;

import io.tiercel.functions.respond.StepState;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.action.ActionParameters;
import io.tiercel.functions.respond.action.Target;
import io.tiercel.functions.respond.plan.GuardRails.Slot;
import io.tiercel.functions.respond.policy.Confidence;
import io.tiercel.functions.respond.policy.Mode;
import io.tiercel.functions.respond.policy.RequestedAction;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One step of a plan, as stored.
 *
 * @param id unique among all steps
 * @param episode the last episode of the incident in which a policy requested the step
 * @param targetKey the {@link AffectedTarget#key} of the affected target that the step belongs to
 * @param kind the action
 * @param target the target of the action; null if it is not identified
 * @param confidence how far the request and its target were ever confirmed
 * @param params the parameters of the action
 * @param policy the name of the policy that requests the step
 * @param description the description of that policy
 * @param mode the mode of that policy
 * @param timeLimitMillis the time after which the step is undone; null for never
 * @param restoreDrift whether a release also restores what another client has changed since
 * @param progress the part that changes while the step runs
 */
public record Step(
        String id,
        int episode,
        String targetKey,
        ActionKind kind,
        @Nullable Target target,
        Confidence confidence,
        ActionParameters params,
        String policy,
        String description,
        Mode mode,
        @Nullable Long timeLimitMillis,
        boolean restoreDrift,
        StepProgress progress) {
    public Step {
        // An earlier version may have stored the step without a parameter that was added since.
        params = ActionParameters.withDefaults(kind, params.values());
    }

    StepState state() {
        return progress.state();
    }

    List<String> notes() {
        return progress.notes();
    }

    /** Returns the keys of the parts that the step holds; empty if it holds none. */
    List<String> parts() {
        return progress.parts();
    }

    int attempts() {
        return progress.attempts();
    }

    @Nullable
    Long due() {
        return progress.due();
    }

    @Nullable
    String approvedBy() {
        return progress.approvedBy();
    }

    /**
     * Returns whether this step is the same action on the same target with the same parameters. A request without an identified
     * target is the same only for the same affected target, whose target this step may have identified since.
     */
    boolean sameAs(RequestedAction requested, String requestedTargetKey) {
        Target other = requested.target();
        if (kind != requested.kind() || !params.equals(requested.params())) {
            return false;
        }
        return target == null || other == null
                ? other == null && targetKey.equals(requestedTargetKey)
                : target.sameAs(other);
    }

    /** Returns whether another step is the same action on the same identified target with the same parameters. */
    boolean sameAs(Step other) {
        return kind == other.kind
                && params.equals(other.params)
                && target != null
                && other.target != null
                && target.sameAs(other.target);
    }

    private Step with(
            int newEpisode,
            String newTargetKey,
            @Nullable Target newTarget,
            Confidence newConfidence,
            Mode newMode,
            StepProgress newProgress) {
        return new Step(
                id,
                newEpisode,
                newTargetKey,
                kind,
                newTarget,
                newConfidence,
                params,
                policy,
                description,
                newMode,
                timeLimitMillis,
                restoreDrift,
                newProgress);
    }

    private Step with(StepProgress newProgress) {
        return with(episode, targetKey, target, confidence, mode, newProgress);
    }

    /** Returns the step with the mode that its policy has now. */
    Step withMode(Mode newMode) {
        return with(episode, targetKey, target, confidence, newMode, progress);
    }

    /**
     * Returns the step with its target looked up again. The confidence never decreases, so that the alert that led to the step
     * does not replace it.
     */
    Step identifiedAs(Target newTarget, Confidence found) {
        Confidence newConfidence = found.compareTo(confidence) > 0 ? found : confidence;
        return with(episode, targetKey, newTarget, newConfidence, mode, progress);
    }

    /** Returns the step as the one of another affected target with more confidence, in its present state. */
    Step confirmedBy(int laterEpisode, String newTargetKey, RequestedAction requested) {
        Target newTarget = requested.target();
        return with(
                Math.max(episode, laterEpisode),
                newTargetKey,
                newTarget == null ? target : newTarget,
                requested.confidence(),
                mode,
                progress);
    }

    /** Returns the step in another state, without a due time. */
    Step withState(StepState state) {
        return with(progress.withState(state));
    }

    /** Returns the step in another state, with more notes and without a due time. */
    Step withState(StepState state, List<String> notes) {
        return with(progress.withState(state).withNotes(notes));
    }

    /** Returns the step as to be undone. Its notes describe the release from now on. */
    Step release(String reason) {
        return with(progress.release(false).withNotes(List.of(reason)));
    }

    /** Returns the step with messages about what it will do. */
    Step withPreview(List<String> messages) {
        return with(progress.withPreview(messages));
    }

    /** Returns the step with messages about what releasing it will do. */
    Step withOnRelease(List<String> messages) {
        return with(progress.withOnRelease(messages));
    }

    Step withNotes(List<String> notes) {
        return with(progress.withNotes(notes));
    }

    Step dueAt(Instant time) {
        return with(progress.dueAt(time));
    }

    /** Returns the step with one more attempt, which is about to start. */
    Step attempted() {
        return with(progress.attempted());
    }

    /** Returns the step in its present state, to be tried again at the given time. */
    Step retryAt(Instant time) {
        return with(progress.dueAt(time));
    }

    /** Returns the step to be tried again at the given time, because others were at work. The attempt does not count. */
    Step waitUntil(Instant time) {
        return with(progress.unattempted().dueAt(time));
    }

    /** Returns the step as started; it is about to hold parts. */
    Step started(List<String> parts) {
        return with(progress.started(parts));
    }

    /** Returns the step with the parts that it holds. */
    Step holding(List<String> parts) {
        return with(progress.withParts(parts));
    }

    /** Returns the step as it was before it started; it holds nothing. */
    Step notStarted() {
        StepState before = approvedBy() == null ? StepState.PLANNED : StepState.APPROVED;
        return with(progress.withState(before).withParts(List.of()));
    }

    /** Returns the step with the slots that it has under caps. */
    Step withSlots(List<Slot> slots) {
        return with(progress.withSlots(slots));
    }

    Step approve(String by) {
        return with(progress.approve(by));
    }

    /** Returns the step with a lookup that did not identify its target, to be repeated at the given time. */
    Step lookUpAt(Instant now, Instant time) {
        return with(progress.lookUpAt(now, time));
    }

    /**
     * Returns the step moved to a later episode, so that releasing that episode undoes the step. A step that is being
     * released stays in its episode, because the release belongs to that one. A request with less confidence does not
     * replace the affected target.
     */
    Step requestedInEpisode(int laterEpisode, String laterTargetKey, Confidence requested) {
        if (laterEpisode <= episode || state() == StepState.RELEASING) {
            return this;
        }
        String newTargetKey = requested.compareTo(confidence) < 0 ? targetKey : laterTargetKey;
        return with(laterEpisode, newTargetKey, target, confidence, mode, progress);
    }

    /** Returns whether the due time is set and has passed. */
    boolean isDue(Instant now) {
        Long due = due();
        return due != null && due <= now.toEpochMilli();
    }

    /** Returns whether the step waits for a due time that has not passed. */
    boolean isDelayed(Instant now) {
        return due() != null && !isDue(now);
    }

    /** Returns whether some effect of the step may exist that can be undone. */
    boolean undoable() {
        return !parts().isEmpty()
                && kind.reversible()
                && (state() == StepState.APPLYING
                        || state() == StepState.APPLIED
                        || state() == StepState.PARTIAL
                        || state() == StepState.FAILED);
    }

    /** Returns whether a person's release of the plan changes the step: it is cancelled or undone. */
    boolean releasable() {
        return switch (state()) {
            case PLANNED, WAITING, APPROVED, DRIFTED -> true;
            case APPLYING, APPLIED, PARTIAL, FAILED -> undoable();
            case DRY_RUN, UNCERTAIN, SKIPPED, EXCLUDED, EXPIRED, CANCELLED, RELEASING, RELEASED -> false;
        };
    }

    /** Returns the step after a person released its plan. A release that already runs goes on as that person's. */
    Step releasedBy(String person) {
        if (state() != StepState.RELEASING && !releasable()) {
            return this;
        }
        List<String> note = List.of("released by " + person);
        return isIdle()
                ? withState(StepState.CANCELLED, note)
                : with(progress.release(true).withNotes(note));
    }

    /**
     * Returns whether the step ended without any effect, so that the slots under caps that it has are free. A step that failed
     * while it held something, or that cannot be undone, may have had an effect.
     */
    boolean endedUnchanged() {
        return switch (state()) {
            case DRY_RUN, SKIPPED, EXCLUDED, EXPIRED, CANCELLED, WAITING -> true;
            case FAILED -> kind.reversible() && parts().isEmpty();
            case PLANNED, APPROVED, APPLYING, APPLIED, PARTIAL, UNCERTAIN, RELEASING, RELEASED, DRIFTED -> false;
        };
    }

    /** Returns whether the step must not expire in the store: it holds something, or a person may still act on it. */
    boolean kept() {
        return undoable()
                || state() == StepState.APPLYING
                || state() == StepState.RELEASING
                || state() == StepState.DRIFTED
                || state() == StepState.WAITING
                || state() == StepState.APPROVED;
    }

    /** Returns whether the effect of the step exists or is being made, and can be undone. */
    boolean isInForce() {
        return kind.reversible()
                && (state() == StepState.APPLYING || state() == StepState.APPLIED || state() == StepState.PARTIAL);
    }

    /** Returns whether the step has not begun, or ended before it had any effect. */
    boolean isIdle() {
        return switch (state()) {
            case PLANNED, WAITING, APPROVED, DRY_RUN, SKIPPED, EXCLUDED, EXPIRED, CANCELLED -> true;
            case APPLYING, APPLIED, PARTIAL, FAILED, UNCERTAIN, RELEASING, RELEASED, DRIFTED -> false;
        };
    }

    /** Returns whether the step has not started, is running or was interrupted, so that a run continues it. */
    boolean isPending() {
        return switch (state()) {
            case PLANNED, APPROVED, APPLYING, RELEASING -> true;
            case DRY_RUN,
                    WAITING,
                    APPLIED,
                    PARTIAL,
                    FAILED,
                    UNCERTAIN,
                    SKIPPED,
                    EXCLUDED,
                    EXPIRED,
                    CANCELLED,
                    RELEASED,
                    DRIFTED -> false;
        };
    }

    /** Returns whether the step is pending, running or in effect, so that an equal step is redundant. */
    boolean isActive() {
        return switch (state()) {
            case PLANNED, WAITING, APPROVED, APPLYING, RELEASING -> true;
            case APPLIED, PARTIAL -> kind.reversible();
            case DRY_RUN, FAILED, UNCERTAIN, SKIPPED, EXCLUDED, EXPIRED, CANCELLED, RELEASED, DRIFTED -> false;
        };
    }

    /** Returns whether the step can be removed from a full plan: nothing can resume or undo it. */
    boolean removable() {
        return !isActive() && !undoable() && state() != StepState.DRIFTED;
    }
}
