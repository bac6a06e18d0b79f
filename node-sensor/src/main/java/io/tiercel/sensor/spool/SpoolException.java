package io.tiercel.sensor.spool;

import java.io.IOException;

/** The spool cannot be used; the message is one line that names the file and says why. */
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

    /** What is wrong, one line. */
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
