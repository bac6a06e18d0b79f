package io.tiercel.sensor.livetest;

/** Trials cannot be read or performed; the message is for the user and says where and what would be right. */
public final class LiveTestException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String problem;

    LiveTestException(String problem) {
        super(problem);
        this.problem = problem;
    }

    @Override
    public String getMessage() {
        return problem;
    }
}
