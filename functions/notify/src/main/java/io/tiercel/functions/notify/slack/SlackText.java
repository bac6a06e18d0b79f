package io.tiercel.functions.notify.slack;

import io.tiercel.functions.intake.SafeText;

/** Formats untrusted text for Slack: one line, escaped, without markup, truncated. */
final class SlackText {
    static final char ELLIPSIS = '…';

    private SlackText() {}

    /** Returns the text in backticks, where Slack does not interpret markup. */
    static String code(String text, int maxLength) {
        return "`" + escaped(text.replace('`', '\''), maxLength - 2) + "`";
    }

    /** Returns the text as one line, escaped as Slack requires. Truncation never splits an escape sequence. */
    static String escaped(String text, int maxLength) {
        String line = SafeText.oneLine(text);
        StringBuilder escaped = new StringBuilder(Math.min(line.length(), maxLength));
        for (int i = 0; i < line.length(); ) {
            int point = line.codePointAt(i);
            String next = switch (point) {
                case '&' -> "&amp;";
                case '<' -> "&lt;";
                case '>' -> "&gt;";
                default -> Character.toString(point);
            };
            i += Character.charCount(point);
            int reserve = i < line.length() ? 1 : 0;
            if (escaped.length() + next.length() + reserve > maxLength) {
                return escaped.append(ELLIPSIS).toString();
            }
            escaped.append(next);
        }
        return escaped.toString();
    }
}
