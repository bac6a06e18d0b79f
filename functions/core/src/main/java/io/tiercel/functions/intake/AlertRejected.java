package io.tiercel.functions.intake;

/** An alert that cannot be read; the message is the reason, in words fit for whoever sent it. */
public final class AlertRejected extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public AlertRejected(String reason) {
        super(reason);
    }

    /** Why the alert was refused. */
    public String reason() {
        return String.valueOf(getMessage());
    }
}
