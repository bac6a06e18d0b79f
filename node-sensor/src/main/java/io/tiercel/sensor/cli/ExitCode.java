package io.tiercel.sensor.cli;

import io.tiercel.sensor.app.UserErrorException;

/** The exit codes of all commands. */
enum ExitCode {
    OK(0),
    /** Rules, options, settings or input are invalid. */
    BAD_INPUT(1),
    /** This machine does not meet a requirement. */
    BAD_ENVIRONMENT(2);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    /** Returns the exit code of a command that failed. */
    static ExitCode forError(UserErrorException failure) {
        return switch (failure.kind()) {
            case INPUT -> BAD_INPUT;
            case ENVIRONMENT -> BAD_ENVIRONMENT;
        };
    }

    int number() {
        return number;
    }
}
