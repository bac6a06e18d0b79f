package io.tiercel.functions.respond.action;

import java.util.List;

/**
 * Carries out one kind of action. Every write goes through {@link ActionContext#calls}. A method throws {@link
 * ActionException} if it fails as a whole. It returns an {@link ActionResult} if only some parts fail.
 *
 * <p>Several incidents may hold the same part of a target. The prior state of a part is stored once, by the first of them. Between
 * {@link #apply} and the release of the last hold, a part is always at least as closed as the strictest hold wants.
 */
public interface ActionHandler {
    /**
     * Reads the current state of the target. Writes nothing. The parts must not depend on the incident, so that the steps of
     * several incidents share them.
     */
    CapturedState capture(ActionContext context);

    /** Returns what the action would change and, for APIs with a dry run, whether they would allow it. Changes nothing. */
    List<String> preview(ActionContext context);

    /**
     * Brings the parts into the state that this step and all other holds want, and reads the target back.
     *
     * <p>This method is idempotent. The caller repeats it after an interruption at any point. Other incidents may have applied the
     * action already; then there is nothing to write.
     */
    ActionResult apply(ActionContext context, HeldParts parts);

    /**
     * Ends this step's hold and reads the target back. A part without other holds gets its prior state back. A part with other
     * holds stays as the strictest of them wants it. Unless {@link ActionContext#restoreDrift} is set, this method skips
     * everything that another client has changed since it was written, and reports it. This method is idempotent.
     */
    ActionResult release(ActionContext context, HeldParts parts);

    /**
     * Returns what {@link #release} would change, and what other controllers will do in response, such as deleting a surplus
     * pod. The responder calls this method after {@link #apply} and shows the messages while the step is in force. Changes
     * nothing.
     *
     * @return messages for operators; empty if releasing has no effects beyond restoring the prior state
     */
    default List<String> previewRelease(ActionContext context, HeldParts parts) {
        return List.of();
    }
}
