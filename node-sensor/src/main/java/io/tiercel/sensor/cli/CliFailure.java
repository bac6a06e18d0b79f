package io.tiercel.sensor.cli;

/** A command cannot do what it was told; the message is for the user, one line or several, and complete. */
final class CliFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String problem;
    private final ExitCode code;

    CliFailure(ExitCode code, String problem) {
        super(problem);
        this.code = code;
        this.problem = problem;
    }

    @Override
    public String getMessage() {
        return problem;
    }

    ExitCode code() {
        return code;
    }
}
