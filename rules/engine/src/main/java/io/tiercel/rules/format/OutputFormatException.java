package io.tiercel.rules.format;

import java.io.Serial;

/** Thrown if an output format is invalid. The message states what is expected. */
public final class OutputFormatException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    private final int offset;
    private final boolean unknownToken;

    OutputFormatException(int offset, boolean unknownToken, String message) {
        super(message);
        this.offset = offset;
        this.unknownToken = unknownToken;
    }

    /** Returns the position in the format, from 0. */
    public int offset() {
        return offset;
    }

    /** Returns whether a token is not a field or transformer. {@code skip-if-unknown-filter} applies to this error. */
    public boolean unknownToken() {
        return unknownToken;
    }
}
