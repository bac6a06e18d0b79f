package io.tiercel.functions.respond;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One step of a plan.
 *
 * @param action e.g. {@code k8s:isolate-pod}
 * @param target what it acts on, e.g. {@code pod shop/cart-5f7}; null if it is not identified
 * @param policy the policy that asks for it
 * @param state where it stands, as {@code docs/responses.md} lists it; while only foreseen {@code planned}, or {@code
 *     skipped: } and why
 * @param why what the policy says the step is for
 * @param notes what was done or found, line by line: what is not done to which part, what remains open
 * @param until when the next thing happens by itself: an approval expires, the step is undone or tried again; ISO 8601;
 *     null for nothing
 * @param by who approved it; null if nobody had to or has
 */
public record PlanStep(
        String action,
        @Nullable String target,
        String policy,
        String state,
        String why,
        List<String> notes,
        @Nullable String until,
        @Nullable String by) {
    /** State of a step that would be done. */
    public static final String PLANNED = "planned";

    /** State of a step that has nothing to act on. */
    public static final String NO_TARGET = "skipped: target not identified";

    /** Fills what a step that an older version stored does not have: Jackson gives null for it. */
    public PlanStep {
        notes = notes == null ? List.of() : notes;
    }

    /** A step that is only foreseen. */
    public PlanStep(String action, @Nullable String target, String policy, String state, String why) {
        this(action, target, policy, state, why, List.of(), null, null);
    }
}
