package io.tiercel.rules.check;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** Thrown if a condition is syntactically correct but invalid. The message states what is expected. */
public final class ConditionCheckException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    /** Kind of error. {@code skip-if-unknown-filter} applies to the first two. */
    public enum Kind {
        /** The field does not exist, or its argument is invalid. */
        UNKNOWN_FIELD,
        /** No system call or other event has this name. */
        UNKNOWN_EVENT_TYPE,
        /** No event has a parameter with the name after {@code evt.arg.} */
        UNKNOWN_PARAMETER,
        /** The operator, modifier, transformer or right side does not fit the type of the field. */
        TYPE_MISMATCH,
        /** The constant is not a value of the field's type. */
        BAD_CONSTANT,
        /** The event type is compared in a way that does not allow deriving a set of event types. */
        EVENT_TYPE_COMPARISON,
        /** The condition contains an unresolved macro. */
        UNKNOWN_MACRO
    }

    private final Kind kind;
    private final @Nullable String macro;
    private final int offset;

    ConditionCheckException(Kind kind, int offset, String message) {
        this(kind, null, offset, message);
    }

    private ConditionCheckException(Kind kind, @Nullable String macro, int offset, String message) {
        super(message);
        this.kind = kind;
        this.macro = macro;
        this.offset = offset;
    }

    ConditionCheckException inMacro(String name) {
        return macro == null ? new ConditionCheckException(kind, name, offset, getMessage()) : this;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }

    public Kind kind() {
        return kind;
    }

    /** Returns the innermost macro whose text contains the error; null if the condition itself contains it. */
    public @Nullable String macro() {
        return macro;
    }

    /** Returns the position in the text of the macro or the condition, from 0. */
    public int offset() {
        return offset;
    }
}
