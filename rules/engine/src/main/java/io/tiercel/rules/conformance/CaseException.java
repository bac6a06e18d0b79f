package io.tiercel.rules.conformance;

import java.io.Serial;

/** A file or case that cannot be read; the message says what would be right. */
final class CaseException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    CaseException(String message) {
        super(message);
    }
}
