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
 */
record StepProgress(
        StepState state,
        List<String> notes,
        @Nullable String prior,
        int attempts,
        @Nullable Long due,
        @Nullable String approvedBy) {
    private static final int MAX_NOTES = 60;

    /** The progress of a new step. */
    static final StepProgress PLANNED = new StepProgress(StepState.PLANNED, List.of(), null, 0, null, null);

    StepProgress withState(StepState newState) {
        return new StepProgress(newState, notes, prior, attempts, null, approvedBy);
    }

    /** Adds notes that are not there yet. Keeps the latest {@value #MAX_NOTES}. */
    StepProgress withNotes(List<String> newNotes) {
        List<String> all = new ArrayList<>(notes);
        newNotes.stream().filter(note -> !all.contains(note)).forEach(all::add);
        List<String> latest = List.copyOf(all.subList(Math.max(0, all.size() - MAX_NOTES), all.size()));
        return new StepProgress(state, latest, prior, attempts, due, approvedBy);
    }

    StepProgress dueAt(Instant time) {
        return new StepProgress(state, notes, prior, attempts, time.toEpochMilli(), approvedBy);
    }

    StepProgress started(String newPrior) {
        return new StepProgress(StepState.APPLYING, notes, newPrior, 0, null, approvedBy);
    }

    StepProgress retryAt(int newAttempts, Instant time) {
        return new StepProgress(state, notes, prior, newAttempts, time.toEpochMilli(), approvedBy);
    }

    StepProgress approve(String by) {
        return new StepProgress(StepState.APPROVED, notes, prior, attempts, null, by);
    }
}
