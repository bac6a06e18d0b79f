package io.tiercel.functions.notification.silence;

/** Thrown when a silence cannot be created or ended. The message contains the problem and the correction. */
public final class InvalidSilence extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String problem;
    private final String correction;
    private final String field;

    /**
     * Creates an exception.
     *
     * @param field the part of the request, e.g. {@code when}
     * @param problem the problem
     * @param correction how to correct it
     */
    public InvalidSilence(String field, String problem, String correction) {
        super(field + ": " + problem + "; " + correction);
        this.field = field;
        this.problem = problem;
        this.correction = correction;
    }

    /** Returns the part of the request, e.g. {@code when}. */
    public String field() {
        return field;
    }

    /** Returns the problem. */
    public String problem() {
        return problem;
    }

    /** Returns how to correct it. */
    public String correction() {
        return correction;
    }
}
