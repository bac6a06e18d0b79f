package io.tiercel.rules.check;

import org.jspecify.annotations.Nullable;

/**
 * Something that is allowed and probably not meant.
 *
 * @param macro the innermost macro in whose text it stands; null if it stands in the condition itself
 * @param offset position in that text, from 0
 */
public record ConditionWarning(Kind kind, @Nullable String macro, int offset, String message) {
    /** What the loader reports it as. */
    public enum Kind {
        /** A constant looks like a field or transformer, or a regular expression is a plain text: LOAD_COMPILE_CONDITION. */
        SUSPICIOUS_CONSTANT,
        /** A deprecated field: LOAD_DEPRECATED_ITEM. */
        DEPRECATED_FIELD,
        /** An audit field compared with {@code <NA>}: LOAD_UNSAFE_NA_CHECK. */
        UNSAFE_NA_CHECK
    }
}
