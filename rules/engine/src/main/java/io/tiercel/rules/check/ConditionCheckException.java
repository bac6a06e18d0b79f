package io.tiercel.rules.check;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A condition that follows the grammar and means nothing; the message says what would be right. */
public final class ConditionCheckException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    /** What is wrong. The first two are what {@code skip-if-unknown-filter} forgives. */
    public enum Kind {
        /** No such field, or a wrong argument. */
        UNKNOWN_FIELD,
        /** No event, system call or asynchronous event of that name. */
        UNKNOWN_EVENT_TYPE,
        /** No event has a parameter of the name behind {@code evt.arg.} */
        UNKNOWN_PARAMETER,
        /** The operator, modifier, transformer or right side does not fit the type. */
        TYPE_MISMATCH,
        /** The constant cannot be read as the field's type. */
        BAD_CONSTANT,
        /** The event type is compared in a way from which no set of types can be derived. */
        EVENT_TYPE_COMPARISON,
        /** A macro was left in the condition. */
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

    /** The innermost macro in whose text the error stands; null if it stands in the condition itself. */
    public @Nullable String macro() {
        return macro;
    }

    /** Position in the text of the macro or the condition, from 0. */
    public int offset() {
        return offset;
    }
}
