package io.tiercel.rules.check;

import org.jspecify.annotations.Nullable;

/**
 * A warning about a valid condition that is probably not what its author intended.
 *
 * @param macro the innermost macro whose text contains the finding; null if the condition itself contains it
 * @param offset position in that text, from 0
 */
public record ConditionWarning(Kind kind, @Nullable String macro, int offset, String message) {
    /** Kind of warning, which determines the code that the loader reports. */
    public enum Kind {
        /**
         * A constant looks like a field or transformer, or a regular expression is plain text: LOAD_COMPILE_CONDITION.
         */
        SUSPICIOUS_CONSTANT,
        /** A deprecated field: LOAD_DEPRECATED_ITEM. */
        DEPRECATED_FIELD,
        /** An audit field compared with {@code <NA>}: LOAD_UNSAFE_NA_CHECK. */
        UNSAFE_NA_CHECK
    }
}
