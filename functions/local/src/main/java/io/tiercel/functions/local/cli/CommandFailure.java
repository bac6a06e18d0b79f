package io.tiercel.functions.local.cli;

/** Ends a command with an exit status and a message that says what to do. */
public final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ExitStatus status;

    public CommandFailure(ExitStatus status, String message) {
        super(message);
        this.status = status;
    }

    /** Returns the exit status. */
    public ExitStatus status() {
        return status;
    }
}
