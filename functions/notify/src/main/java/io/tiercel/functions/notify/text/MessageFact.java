package io.tiercel.functions.notify.text;

import io.tiercel.functions.intake.SafeText;
import io.tiercel.rules.text.TextLimit;

/**
 * A named fact of a message.
 *
 * @param name plain text, at most {@link #MAX_NAME_LENGTH} characters
 * @param value one line of untrusted text, at most {@link #MAX_VALUE_LENGTH} characters. It still needs the escaping of the service
 */
public record MessageFact(String name, String value) {
    /** Maximum length of a name. */
    public static final int MAX_NAME_LENGTH = 40;

    /** Maximum length of a value. */
    public static final int MAX_VALUE_LENGTH = 300;

    /** Returns a fact whose texts are made one line and cut. */
    static MessageFact of(String name, String value) {
        return new MessageFact(line(name, MAX_NAME_LENGTH), line(value, MAX_VALUE_LENGTH));
    }

    static String line(String text, int maxLength) {
        return TextLimit.cut(SafeText.oneLine(text), maxLength, "…");
    }
}
