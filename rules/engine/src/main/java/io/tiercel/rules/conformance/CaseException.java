package io.tiercel.rules.conformance;

import java.io.Serial;

/** Thrown if a case file or a case is invalid. The message states what is expected. */
final class CaseException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    CaseException(String message) {
        super(message);
    }
}
