package io.tiercel.functions.intake;

/** Thrown for a document that is not a valid alert. The message is the reason and can be returned to the sender. */
public final class AlertRejected extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public AlertRejected(String reason) {
        super(reason);
    }

    /** Returns the reason. */
    public String reason() {
        return String.valueOf(getMessage());
    }
}
