package io.tiercel.functions.credential;

/** Thrown if the issuer's keys cannot be fetched. The message is one line without secrets. */
final class KeySourceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    KeySourceException(String message) {
        super(message);
    }
}
