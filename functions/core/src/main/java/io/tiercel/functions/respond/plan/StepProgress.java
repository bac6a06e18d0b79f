package io.tiercel.functions.respond.plan;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The part of a step that changes while the step runs.
 *
 * @param state the state of the step
 * @param notes messages for operators
 * @param prior the state of the target before the first write, as JSON; null before it is captured
 * @param attempts number of failed attempts since the step started
 * @param due time of the next automatic transition in milliseconds since the epoch. The approval expires, or the step is
 *     undone or retried. Null if there is none
 * @param approvedBy the person who approved the step; null if not approved
 * @param lookups number of lookups that did not identify the target and may be repeated
 * @param lookupsSince time of the first of them in milliseconds since the epoch; null if there is none
 * @param onRelease what releasing the step will do, as messages for operators; empty unless the step is in force
 */
record StepProgress(
        StepState state,
        List<String> notes,
        @Nullable String prior,
        int attempts,
        @Nullable Long due,
        @Nullable String approvedBy,
        int lookups,
        @Nullable Long lookupsSince,
        List<String> onRelease) {
    private static final int MAX_NOTES = 60;

    /** The progress of a new step. */
    static final StepProgress PLANNED =
            new StepProgress(StepState.PLANNED, List.of(), null, 0, null, null, 0, null, List.of());

    StepProgress withState(StepState newState) {
        return new StepProgress(newState, notes, prior, attempts, null, approvedBy, lookups, lookupsSince, List.of());
    }

    /** Adds notes that are not there yet. Keeps the latest {@value #MAX_NOTES}. */
    StepProgress withNotes(List<String> newNotes) {
        List<String> all = new ArrayList<>(notes);
        newNotes.stream().filter(note -> !all.contains(note)).forEach(all::add);
        List<String> latest = List.copyOf(all.subList(Math.max(0, all.size() - MAX_NOTES), all.size()));
        return new StepProgress(state, latest, prior, attempts, due, approvedBy, lookups, lookupsSince, onRelease);
    }

    StepProgress withoutNotes() {
        return new StepProgress(state, List.of(), prior, attempts, due, approvedBy, lookups, lookupsSince, onRelease);
    }

    StepProgress withOnRelease(List<String> messages) {
        return new StepProgress(
                state, notes, prior, attempts, due, approvedBy, lookups, lookupsSince, List.copyOf(messages));
    }

    StepProgress dueAt(Instant time) {
        return new StepProgress(
                state, notes, prior, attempts, time.toEpochMilli(), approvedBy, lookups, lookupsSince, onRelease);
    }

    StepProgress started(String newPrior) {
        return new StepProgress(StepState.APPLYING, notes, newPrior, 0, null, approvedBy, 0, null, List.of());
    }

    StepProgress retryAt(int newAttempts, Instant time) {
        return new StepProgress(
                state, notes, prior, newAttempts, time.toEpochMilli(), approvedBy, lookups, lookupsSince, onRelease);
    }

    StepProgress lookUpAt(Instant now, Instant time) {
        return new StepProgress(
                state,
                notes,
                prior,
                attempts,
                time.toEpochMilli(),
                approvedBy,
                lookups + 1,
                lookupsSince == null ? Long.valueOf(now.toEpochMilli()) : lookupsSince,
                onRelease);
    }

    StepProgress approve(String by) {
        return new StepProgress(StepState.APPROVED, notes, prior, attempts, null, by, 0, null, onRelease);
    }
}
