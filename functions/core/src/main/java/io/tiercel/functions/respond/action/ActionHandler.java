package io.tiercel.functions.respond.action;

import java.util.List;

/**
 * Carries out one kind of action. Every write goes through {@link ActionContext#calls}. A method throws {@link
 * ActionException} if it fails as a whole. It returns an {@link ActionResult} if only some parts fail.
 */
public interface ActionHandler {
    /** Reads the current state of the target. Writes nothing. */
    CapturedState capture(ActionContext context);

    /** Returns what the action would change and, for APIs with a dry run, whether they would allow it. Changes nothing. */
    List<String> preview(ActionContext context);

    /**
     * Applies the action and reads the target back.
     *
     * <p>This method is idempotent. The caller repeats it after an interruption at any point, always with the state that was
     * captured before the first call.
     */
    ActionResult apply(ActionContext context, String prior);

    /**
     * Undoes the action and reads the target back. Skips every part that another client has changed since {@link
     * #apply}. This method is idempotent.
     */
    ActionResult release(ActionContext context, String prior);

    /**
     * Returns what {@link #release} would change, and what other controllers will do in response, such as deleting a surplus
     * pod. The responder calls this method after {@link #apply} and shows the messages while the step is in force. Changes
     * nothing.
     *
     * @return messages for operators; empty if releasing has no effects beyond restoring the prior state
     */
    default List<String> previewRelease(ActionContext context, String prior) {
        return List.of();
    }
}
