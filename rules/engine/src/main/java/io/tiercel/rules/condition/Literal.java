package io.tiercel.rules.condition;

import io.tiercel.rules.event.ByteText;

/**
 * A constant of a condition.
 *
 * @param text the value as a byte string: UTF-8 of what was written, escapes resolved
 * @param quoted whether it stood in quotes
 * @param offset position of its first char in the condition
 */
public record Literal(String text, boolean quoted, int offset) implements TransformerArgument {
    /** The value as Unicode text, for messages. */
    public String unicode() {
        return ByteText.toUnicode(text);
    }
}
