package io.tiercel.sensor.cli;

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

    int number() {
        return number;
    }
}
