package io.tiercel.rules.condition;

import io.tiercel.rules.event.ByteText;

/**
 * A constant in a condition.
 *
 * @param text the value as a UTF-8 byte string with resolved escapes
 * @param quoted whether the value was written in quotes
 * @param offset position of the first char in the condition
 */
public record Literal(String text, boolean quoted, int offset) implements TransformerArgument {
    /** Returns the value as Unicode text, for messages. */
    public String unicode() {
        return ByteText.toUnicode(text);
    }
}
