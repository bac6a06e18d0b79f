package io.tiercel.functions.notify.template;

import io.tiercel.functions.intake.SafeText;
import io.tiercel.rules.text.TextLimit;

/**
 * Makes text from events harmless in chats. The characters that begin a mention are changed, also in those chats whose messages have no
 * setting against mentions.
 */
final class ChatText {
    private static final char ZERO_WIDTH_SPACE = '\u200B';

    private ChatText() {}

    /**
     * Returns the text as one line without mentions and links with a title: a zero-width space follows each {@code @} and separates
     * {@code ](}, and single guillemets replace angle brackets.
     */
    static String harmless(String text) {
        return SafeText.oneLine(text)
                .replace("@", "@" + ZERO_WIDTH_SPACE)
                .replace("](", "]" + ZERO_WIDTH_SPACE + "(")
                .replace('<', '\u2039')
                .replace('>', '\u203A');
    }

    /** Returns the text in backticks, in which chats interpret no markup; a hyphen for an empty text. */
    static String code(String text, int maxLength) {
        String line = TextLimit.cut(text.replace('`', '\'').strip(), maxLength - 2, "…");
        return line.isEmpty() ? "-" : "`" + line + "`";
    }
}
