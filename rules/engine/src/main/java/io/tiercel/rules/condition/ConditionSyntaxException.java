package io.tiercel.rules.condition;

import java.io.Serial;

/** Thrown if a condition violates the grammar. The message states what was expected. */
public final class ConditionSyntaxException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    private final int offset;

    ConditionSyntaxException(int offset, String message) {
        super(message);
        this.offset = offset;
    }

    /** Returns the position in the text, from 0. */
    public int offset() {
        return offset;
    }
}
