package io.tiercel.sensor.cli;

import io.tiercel.sensor.app.UserErrorException;

/** The exit codes of all commands; docs/exit-status.md describes them together with those of the functions. */
enum ExitCode {
    OK(0),
    /** Rules, settings or input are invalid, or the result is negative. */
    BAD_INPUT(1),
    /** Arguments are unknown, missing or malformed. */
    USAGE(2),
    /** This machine does not meet a requirement. */
    BAD_ENVIRONMENT(2),
    /** A rule or another object does not exist. */
    NOT_FOUND(3),
    /** Another process is not reachable. */
    UNREACHABLE(6);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    /** Returns the exit code of a command that failed. */
    static ExitCode forError(UserErrorException failure) {
        return switch (failure.kind()) {
            case INPUT -> BAD_INPUT;
            case ENVIRONMENT -> BAD_ENVIRONMENT;
            case NOT_FOUND -> NOT_FOUND;
            case UNREACHABLE -> UNREACHABLE;
        };
    }

    int number() {
        return number;
    }
}
