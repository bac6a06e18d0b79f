package io.tiercel.release;

/** Reports why a file of the release cannot be made. The message is for the user. */
final class ReleaseException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ReleaseException(String message) {
        super(message);
    }

    ReleaseException(String message, Throwable cause) {
        super(message, cause);
    }
}
