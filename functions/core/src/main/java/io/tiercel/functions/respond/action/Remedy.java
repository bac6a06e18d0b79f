package io.tiercel.functions.respond.action;

import java.util.List;

/**
 * Carries out one kind of action. Every write goes through {@link Work#calls}. Methods throw {@link ActionFailed} where
 * nothing can be said but that; what failed in parts is an {@link Outcome}.
 */
public interface Remedy {
    /** Reads what is there; writes nothing. */
    Captured capture(Work work);

    /** What would be done, and whether the calls would be allowed where their service can say so; changes nothing. */
    List<String> preview(Work work);

    /**
     * Does it and reads back. May be called again after an interruption at any point, always with the state captured before
     * the first call: what is done already is not done again.
     */
    Outcome apply(Work work, String prior);

    /**
     * Undoes it, as far as the target is still as {@link #apply} left it, and reads back. May be called again like that one.
     */
    Outcome release(Work work, String prior);
}
