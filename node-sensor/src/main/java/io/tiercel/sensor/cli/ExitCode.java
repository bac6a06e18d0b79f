package io.tiercel.sensor.cli;

import io.tiercel.sensor.app.UserErrorException;

/** Exit codes of all commands. */
enum ExitCode {
    OK(0),
    /** Rules, options or input are wrong. */
    BAD_INPUT(1),
    /** This machine does not have what is needed. */
    BAD_ENVIRONMENT(2);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    /** Returns the exit code of a command that failed. */
    static ExitCode of(UserErrorException failure) {
        return switch (failure.kind()) {
            case INPUT -> BAD_INPUT;
            case ENVIRONMENT -> BAD_ENVIRONMENT;
        };
    }

    int number() {
        return number;
    }
}
