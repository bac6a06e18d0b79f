package io.tiercel.sensor.spool;

import java.io.IOException;

/** Signals that the spool cannot be used. The message is one line with the file and the reason. */
public final class SpoolException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String problem;

    SpoolException(String problem) {
        super(problem);
        this.problem = problem;
    }

    SpoolException(String problem, IOException cause) {
        super(problem + ": " + reason(cause), cause);
        this.problem = problem + ": " + reason(cause);
    }

    /** Returns the one-line error message. */
    @Override
    public String getMessage() {
        return problem;
    }

    private static String reason(IOException cause) {
        String message = cause.getMessage();
        return cause.getClass() == IOException.class && message != null
                ? message
                : cause.getClass().getSimpleName() + (message == null ? "" : " " + message);
    }
}
