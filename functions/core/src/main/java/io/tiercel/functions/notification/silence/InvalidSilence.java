package io.tiercel.functions.notification.silence;

/** Thrown when a silence cannot be created or ended. The message says what is wrong and what would be right. */
public final class InvalidSilence extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String problem;
    private final String correction;

    /**
     * Creates an exception.
     *
     * @param field the part of the request, e.g. {@code when}
     * @param problem what is wrong with it
     * @param correction what would be right
     */
    public InvalidSilence(String field, String problem, String correction) {
        super(field + ": " + problem + "; " + correction);
        this.problem = problem;
        this.correction = correction;
    }

    /** Returns what is wrong. */
    public String problem() {
        return problem;
    }

    /** Returns what would be right. */
    public String correction() {
        return correction;
    }
}
