package io.tiercel.functions.channels.text;

import io.tiercel.functions.intake.SafeText;
import io.tiercel.rules.text.TextLimit;

/** Prepares untrusted text for a line of plain text. */
public final class SafeLine {
    private static final int REPLACEMENT = 0xFFFD;

    private SafeLine() {}

    /**
     * Returns the text as one line without control and direction characters, line separators and noncharacters, which services reject.
     * Mail programs turn addresses into links, so {@code ://} becomes {@code [:]//}.
     *
     * @param maxLength the maximum length in characters
     */
    public static String of(String text, int maxLength) {
        StringBuilder line = new StringBuilder();
        SafeText.oneLine(text)
                .codePoints()
                .forEach(point -> line.appendCodePoint(isNoncharacter(point) ? REPLACEMENT : point));
        return TextLimit.cut(line.toString().replace("://", "[:]//"), maxLength, "…");
    }

    /** Like {@link #of}, with {@code ?} in place of all characters except printable ASCII. */
    public static String ascii(String text, int maxLength) {
        StringBuilder line = new StringBuilder();
        of(text, maxLength)
                .codePoints()
                .forEach(point -> line.append(point >= ' ' && point <= '~' ? (char) point : '?'));
        return TextLimit.cut(line.toString(), maxLength, "...");
    }

    private static boolean isNoncharacter(int point) {
        return (point & 0xFFFE) == 0xFFFE || point >= 0xFDD0 && point <= 0xFDEF;
    }
}
