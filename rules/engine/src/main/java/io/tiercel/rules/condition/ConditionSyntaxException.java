package io.tiercel.rules.condition;

import java.io.Serial;

/** A condition that does not follow the grammar; the message says what was expected. */
public final class ConditionSyntaxException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    private final int offset;

    ConditionSyntaxException(int offset, String message) {
        super(message);
        this.offset = offset;
    }

    /** Position in the text, from 0. */
    public int offset() {
        return offset;
    }
}
