package io.tiercel.sensor.app;

/** Ends a command with an exit code and a message that the user can act on; the message may have several lines. */
public final class UserErrorException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The part of the system that the user has to correct. */
    public enum Kind {
        /** Rules, options, settings or input are wrong. */
        INPUT,
        /** This machine lacks a requirement: a kernel feature, a privilege, a program. */
        ENVIRONMENT,
        /** A rule or another object does not exist. */
        NOT_FOUND,
        /** Another process, such as a running sensor, is not reachable. */
        UNREACHABLE
    }

    private final String message;
    private final Kind kind;

    private UserErrorException(Kind kind, String message) {
        super(message);
        this.kind = kind;
        this.message = message;
    }

    /** An error in rules, options, settings or input. */
    public static UserErrorException input(String message) {
        return new UserErrorException(Kind.INPUT, message);
    }

    /** A requirement that this machine does not meet. */
    public static UserErrorException environment(String message) {
        return new UserErrorException(Kind.ENVIRONMENT, message);
    }

    /** A rule or another object that does not exist. */
    public static UserErrorException notFound(String message) {
        return new UserErrorException(Kind.NOT_FOUND, message);
    }

    /** Another process that is not reachable. */
    public static UserErrorException unreachable(String message) {
        return new UserErrorException(Kind.UNREACHABLE, message);
    }

    @Override
    public String getMessage() {
        return message;
    }

    /** Returns the part of the system that the user has to correct. */
    public Kind kind() {
        return kind;
    }
}
