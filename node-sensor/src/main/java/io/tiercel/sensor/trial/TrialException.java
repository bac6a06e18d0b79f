package io.tiercel.sensor.trial;

/** Trials cannot be read or performed; the message is for the user and says where and what would be right. */
public final class TrialException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String problem;

    TrialException(String problem) {
        super(problem);
        this.problem = problem;
    }

    @Override
    public String getMessage() {
        return problem;
    }
}
