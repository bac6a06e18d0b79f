package io.tiercel.functions.local.cli;

/** The exit statuses of all commands. docs/exit-status.md describes them. */
public enum ExitStatus {
    OK(0),
    /** The result is negative, an input file is invalid, or the work failed. */
    FAILED(1),
    /** The arguments are invalid, or this machine lacks a requirement. */
    USAGE(2),
    /** An incident, a silence or another object does not exist. */
    NOT_FOUND(3),
    /** The request is outdated, ambiguous or not possible in the present state. */
    REFUSED(4),
    /** There are no valid credentials, or they do not permit the request. */
    NOT_AUTHORIZED(5),
    /** The server or the cloud service is not reachable or too busy. */
    UNREACHABLE(6);

    private final int number;

    ExitStatus(int number) {
        this.number = number;
    }

    /** Returns the number for the shell. */
    public int number() {
        return number;
    }
}
