package io.tiercel.rules.format;

import java.io.Serial;

/** An output format that cannot be used; the message says what would be right. */
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

    /** Position in the format, from 0. */
    public int offset() {
        return offset;
    }

    /** Whether a token is no field or transformer, which {@code skip-if-unknown-filter} forgives. */
    public boolean unknownToken() {
        return unknownToken;
    }
}
