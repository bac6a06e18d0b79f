package io.tiercel.functions.respond.action;

import java.util.List;

/**
 * Carries out one kind of action. Every write goes through {@link ActionContext#calls}. Methods throw {@link ActionException} where
 * nothing can be said but that; what failed in parts is an {@link ActionResult}.
 */
public interface ActionHandler {
    /** Reads what is there; writes nothing. */
    CapturedState capture(ActionContext work);

    /** What would be done, and whether the calls would be allowed where their service can say so; changes nothing. */
    List<String> preview(ActionContext work);

    /**
     * Does it and reads back. May be called again after an interruption at any point, always with the state captured before
     * the first call: what is done already is not done again.
     */
    ActionResult apply(ActionContext work, String prior);

    /**
     * Undoes it, as far as the target is still as {@link #apply} left it, and reads back. May be called again like that one.
     */
    ActionResult release(ActionContext work, String prior);
}
