package io.tiercel.functions.respond;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One step of a plan, as shown to people.
 *
 * @param action such as {@code k8s:isolate-pod}
 * @param target what the step acts on, such as {@code pod shop/cart-5f7}; null if it is not identified
 * @param policy the policy that requests the step
 * @param state for a preview {@link StepState#PLANNED} or {@link StepState#SKIPPED}
 * @param why the description of the policy
 * @param notes results and warnings: what changed, which parts failed, which access remains open. While the step is in force,
 *     also what releasing it will do
 * @param until time of the next automatic transition (approval expires, step is undone or retried) in ISO 8601; null if
 *     there is none
 * @param by the person who approved the step; null if not approved
 * @param mode the mode of its policy: {@code dry-run}, {@code approve} or {@code auto}
 * @param releasable whether a release of the plan cancels or undoes the step
 */
public record PlanStep(
        String action,
        @Nullable String target,
        String policy,
        StepState state,
        String why,
        List<String> notes,
        @Nullable String until,
        @Nullable String by,
        String mode,
        boolean releasable) {
    /** The note of a step that is skipped because its target is not identified. */
    public static final String NO_TARGET = "target not identified";

    /** Starts the note of each link that is missing between an alert and its target. */
    public static final String NOT_CONFIRMED = "not confirmed: ";

    /** Starts each note about what releasing a step will do. */
    public static final String ON_RELEASE = "on release: ";

    /** Returns whether an approval of the plan starts the step. */
    public boolean approvable() {
        return state == StepState.WAITING;
    }

    /** Returns the notes about the step itself as one text; null if there are none. */
    public @Nullable String note() {
        return joined(notes.stream().filter(note -> !note.startsWith(ON_RELEASE)));
    }

    /** Returns what releasing the step will do; null if that is not known. */
    public @Nullable String releaseRestores() {
        return joined(notes.stream()
                .filter(note -> note.startsWith(ON_RELEASE))
                .map(note -> note.substring(ON_RELEASE.length())));
    }

    private static @Nullable String joined(Stream<String> texts) {
        String text = texts.collect(Collectors.joining("; "));
        return text.isEmpty() ? null : text;
    }
}
