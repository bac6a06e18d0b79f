package io.tiercel.functions.interact;

/** Thrown when an action is rejected. The message is the reason, as text for the person that requested the action. */
public final class ActionRejectedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ActionRejectedException(String reason) {
        super(reason);
    }

    /** Returns the reason. */
    public String reason() {
        return String.valueOf(getMessage());
    }
}
