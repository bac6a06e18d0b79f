package io.tiercel.functions.respond;

/** A policy file that is wrong; the message says where, what, and how to write it. */
public final class PolicyInvalid extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PolicyInvalid(String message) {
        super(message);
    }
}
