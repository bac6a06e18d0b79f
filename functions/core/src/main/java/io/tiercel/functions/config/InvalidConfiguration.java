package io.tiercel.functions.config;

/** Thrown for an invalid configuration file. The message contains the position, the problem and a correction. */
public final class InvalidConfiguration extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InvalidConfiguration(String message) {
        super(message);
    }
}
