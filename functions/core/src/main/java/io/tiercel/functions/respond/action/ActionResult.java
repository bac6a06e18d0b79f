package io.tiercel.functions.respond.action;

import java.util.ArrayList;
import java.util.List;

/**
 * What came of an action or of its undoing.
 *
 * @param result how far it went
 * @param notes what whoever reads it has to know: what was done, what was not and to which part, what remains open
 */
public record ActionResult(Result result, List<String> notes) {
    private static final int MAX_NOTES = 40;
    private static final int MAX_CHARACTERS = 400;

    /** How far it went. */
    public enum Result {
        /** All of it is done, and reading back has shown it. */
        DONE,
        /** Part of it is done; the notes name the rest. */
        PARTIAL,
        /** None of it is done. */
        FAILED,
        /** There was nothing to do. */
        SKIPPED
    }

    public ActionResult {
        notes = notes.stream()
                .limit(MAX_NOTES)
                .map(note -> note.length() <= MAX_CHARACTERS ? note : note.substring(0, MAX_CHARACTERS - 5) + "[...]")
                .toList();
    }

    /** All of it is done. */
    public static ActionResult done(List<String> notes) {
        return new ActionResult(Result.DONE, notes);
    }

    /** Done or, if there are problems, not quite. */
    public static ActionResult of(List<String> problems, boolean anythingDone, List<String> notes) {
        if (problems.isEmpty()) {
            return done(notes);
        }
        List<String> all = new ArrayList<>(problems);
        all.addAll(notes);
        return new ActionResult(anythingDone ? Result.PARTIAL : Result.FAILED, all);
    }

    /** There was nothing to do. */
    public static ActionResult skipped(String why) {
        return new ActionResult(Result.SKIPPED, List.of(why));
    }
}
