package io.tiercel.rules.alert;

/** Thrown if a JSON document is not a valid alert. The message states the problem and its position, for the sender. */
public final class InvalidAlertException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String problem;

    InvalidAlertException(String problem) {
        super(problem);
        this.problem = problem;
    }

    /** Returns the problem as one line. */
    @Override
    public String getMessage() {
        return problem;
    }
}
