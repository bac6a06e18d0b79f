package io.tiercel.functions.respond.action;

import io.tiercel.rules.text.TextLimit;
import java.util.ArrayList;
import java.util.List;

/**
 * The result of applying or releasing an action.
 *
 * @param status how much succeeded
 * @param notes messages for operators: what changed, which parts failed, and which access remains open
 */
public record ActionResult(Status status, List<String> notes) {
    private static final int MAX_NOTES = 40;
    private static final int MAX_CHARACTERS = 400;

    /** The degree of success of an action. */
    public enum Status {
        /** Everything succeeded, and reading the target back confirmed it. */
        DONE,
        /** Some parts succeeded. The notes name the others. */
        PARTIAL,
        /** Nothing succeeded. */
        FAILED,
        /** The target needed no change. */
        SKIPPED
    }

    public ActionResult {
        notes = notes.stream()
                .limit(MAX_NOTES)
                .map(note -> TextLimit.cut(note, MAX_CHARACTERS, "[...]"))
                .toList();
    }

    /** Returns the result of an action that succeeded completely. */
    public static ActionResult done(List<String> notes) {
        return new ActionResult(Status.DONE, notes);
    }

    /**
     * Returns {@link Status#DONE} if there are no problems, else {@link Status#PARTIAL} or {@link Status#FAILED}.
     *
     * @param problems the parts that failed, each with its cause
     * @param anySuccess whether at least one part succeeded
     */
    public static ActionResult ofProblems(List<String> problems, boolean anySuccess, List<String> notes) {
        if (problems.isEmpty()) {
            return done(notes);
        }
        List<String> all = new ArrayList<>(problems);
        all.addAll(notes);
        return new ActionResult(anySuccess ? Status.PARTIAL : Status.FAILED, all);
    }

    /** Returns the result of an action that had nothing to change. */
    public static ActionResult skipped(String reason) {
        return new ActionResult(Status.SKIPPED, List.of(reason));
    }
}
