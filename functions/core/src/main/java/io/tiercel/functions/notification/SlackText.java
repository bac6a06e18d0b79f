package io.tiercel.functions.notification;

import io.tiercel.functions.intake.SafeText;

/** Hostile text for Slack: one line, escaped, without markup, cut. */
final class SlackText {
    static final char CUT = '…';

    private SlackText() {}

    /** In backticks, where Slack reads no markup. */
    static String code(String text, int limit) {
        return "`" + escaped(text.replace('`', '\''), limit - 2) + "`";
    }

    /** One line, escaped as Slack asks, cut so that no escape is cut in two. */
    static String escaped(String text, int limit) {
        String line = SafeText.oneLine(text);
        StringBuilder escaped = new StringBuilder(Math.min(line.length(), limit));
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
            if (escaped.length() + next.length() + reserve > limit) {
                return escaped.append(CUT).toString();
            }
            escaped.append(next);
        }
        return escaped.toString();
    }
}
