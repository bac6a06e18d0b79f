package io.tiercel.functions.interact;

/** An action that is rejected. The message is the reason, as text for the person that requested the action. */
public final class ActionRejectedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ActionRejectedException(String reason) {
        super(reason);
    }

    /** The reason. */
    public String reason() {
        return String.valueOf(getMessage());
    }
}
