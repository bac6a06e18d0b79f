package io.tiercel.functions.config;

/** A configuration file that is wrong; the message says where, what, and how to write it. */
public final class InvalidConfiguration extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InvalidConfiguration(String message) {
        super(message);
    }
}
