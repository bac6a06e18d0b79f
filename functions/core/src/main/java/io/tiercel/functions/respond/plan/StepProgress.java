package io.tiercel.functions.respond.plan;

import io.tiercel.functions.respond.StepState;
import io.tiercel.functions.respond.plan.GuardRails.Slot;
import io.tiercel.rules.text.TextLimit;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The part of a step that changes while the step runs.
 *
 * @param state the state of the step
 * @param notes messages for operators; the latest {@link #MAX_NOTES}, each at most {@link #MAX_CHARACTERS} long
 * @param preview what the step will do, as messages for operators; empty unless it waits for approval or is a dry run
 * @param onRelease what releasing the step will do, as messages for operators; empty unless the step is in force
 * @param parts the keys of the parts that the step holds, or was about to hold when its process ended
 * @param slots the slots that the step has under caps
 * @param attempts number of attempts that started, in a row
 * @param due time of the next automatic transition in milliseconds since the epoch. The approval expires, or the step is
 *     undone or retried. Null if there is none
 * @param approvedBy the person who approved the step; null if not approved
 * @param releasedByPerson whether a person requested the release of the step
 * @param lookups number of lookups that did not identify the target and may be repeated
 * @param lookupsSince time of the first of them in milliseconds since the epoch; null if there is none
 */
record StepProgress(
        StepState state,
        List<String> notes,
        List<String> preview,
        List<String> onRelease,
        List<String> parts,
        List<Slot> slots,
        int attempts,
        @Nullable Long due,
        @Nullable String approvedBy,
        boolean releasedByPerson,
        int lookups,
        @Nullable Long lookupsSince) {
    StepProgress {
        // Steps of earlier versions have none.
        preview = Objects.requireNonNullElse(preview, List.of());
    }

    static final int MAX_NOTES = 60;
    static final int MAX_CHARACTERS = 400;
    private static final String CUT = "[...]";

    /** The progress of a new step. */
    static final StepProgress PLANNED = new StepProgress(
            StepState.PLANNED, List.of(), List.of(), List.of(), List.of(), List.of(), 0, null, null, false, 0, null);

    /** A copy that is being changed. */
    private static final class Draft {
        private StepState state;
        private List<String> notes;
        private List<String> preview;
        private List<String> onRelease;
        private List<String> parts;
        private List<Slot> slots;
        private int attempts;
        private @Nullable Long due;
        private @Nullable String approvedBy;
        private boolean releasedByPerson;
        private int lookups;
        private @Nullable Long lookupsSince;

        Draft(StepProgress from) {
            state = from.state;
            notes = from.notes;
            preview = from.preview;
            onRelease = from.onRelease;
            parts = from.parts;
            slots = from.slots;
            attempts = from.attempts;
            due = from.due;
            approvedBy = from.approvedBy;
            releasedByPerson = from.releasedByPerson;
            lookups = from.lookups;
            lookupsSince = from.lookupsSince;
        }
    }

    private StepProgress with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return new StepProgress(
                draft.state,
                draft.notes,
                draft.preview,
                draft.onRelease,
                draft.parts,
                draft.slots,
                draft.attempts,
                draft.due,
                draft.approvedBy,
                draft.releasedByPerson,
                draft.lookups,
                draft.lookupsSince);
    }

    /** Returns the progress in another state, without a due time. A wait for approval starts the count of attempts again. */
    StepProgress withState(StepState newState) {
        return with(draft -> {
            draft.state = newState;
            draft.due = null;
            draft.preview = List.of();
            draft.onRelease = List.of();
            if (newState == StepState.WAITING) {
                draft.attempts = 0;
            }
        });
    }

    /** Adds notes that are not there yet. Keeps the latest {@value #MAX_NOTES}. */
    StepProgress withNotes(List<String> newNotes) {
        List<String> all = new ArrayList<>(notes);
        bounded(newNotes.stream()).filter(note -> !all.contains(note)).forEach(all::add);
        List<String> latest = List.copyOf(all.subList(Math.max(0, all.size() - MAX_NOTES), all.size()));
        return with(draft -> draft.notes = latest);
    }

    StepProgress withPreview(List<String> messages) {
        List<String> kept = bounded(messages.stream().limit(MAX_NOTES)).toList();
        return with(draft -> draft.preview = kept);
    }

    StepProgress withOnRelease(List<String> messages) {
        List<String> kept = bounded(messages.stream().limit(MAX_NOTES)).toList();
        return with(draft -> draft.onRelease = kept);
    }

    private static Stream<String> bounded(Stream<String> messages) {
        return messages.map(message -> TextLimit.cut(message, MAX_CHARACTERS, CUT));
    }

    /** Returns the progress of a step to be undone, without the notes about its application. */
    StepProgress release(boolean byPerson) {
        return withState(StepState.RELEASING).with(draft -> {
            draft.notes = List.of();
            draft.attempts = 0;
            draft.releasedByPerson = byPerson;
        });
    }

    StepProgress dueAt(Instant time) {
        return with(draft -> draft.due = time.toEpochMilli());
    }

    /** Returns the progress with one more attempt, which is about to start. */
    StepProgress attempted() {
        return with(draft -> {
            draft.attempts = attempts + 1;
            draft.due = null;
        });
    }

    /** Returns the progress as if its latest attempt had not started, because it did nothing. */
    StepProgress unattempted() {
        return with(draft -> draft.attempts = Math.max(0, attempts - 1));
    }

    /** Returns the progress of a step that is about to hold parts. */
    StepProgress started(List<String> newParts) {
        return with(draft -> {
            draft.state = StepState.APPLYING;
            draft.parts = List.copyOf(newParts);
            draft.preview = List.of();
            draft.onRelease = List.of();
            draft.attempts = 1;
            draft.due = null;
            draft.lookups = 0;
            draft.lookupsSince = null;
        });
    }

    StepProgress withParts(List<String> newParts) {
        return with(draft -> draft.parts = List.copyOf(newParts));
    }

    StepProgress withSlots(List<Slot> newSlots) {
        return with(draft -> draft.slots = List.copyOf(newSlots));
    }

    StepProgress lookUpAt(Instant now, Instant time) {
        return with(draft -> {
            draft.due = time.toEpochMilli();
            draft.attempts = Math.max(0, attempts - 1);
            draft.lookups = lookups + 1;
            draft.lookupsSince = lookupsSince == null ? Long.valueOf(now.toEpochMilli()) : lookupsSince;
        });
    }

    StepProgress approve(String by) {
        return with(draft -> {
            draft.state = StepState.APPROVED;
            draft.due = null;
            draft.approvedBy = by;
            draft.attempts = 0;
            draft.lookups = 0;
            draft.lookupsSince = null;
        });
    }
}
