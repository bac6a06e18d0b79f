package io.tiercel.rules.alert;

/** Text that should be an alert in JSON and is not; the message says what is wrong and where, for whoever sent it. */
public final class InvalidAlertException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String problem;

    InvalidAlertException(String problem) {
        super(problem);
        this.problem = problem;
    }

    /** What is wrong, one line. */
    @Override
    public String getMessage() {
        return problem;
    }
}
