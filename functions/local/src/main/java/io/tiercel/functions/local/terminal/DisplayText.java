package io.tiercel.functions.local.terminal;

import io.tiercel.functions.intake.SafeText;
import java.lang.Character.UnicodeScript;
import java.util.EnumSet;
import java.util.Set;

/** Text of events as terminals show it: measured in columns, and without control, direction and invisible characters. */
public final class DisplayText {
    private static final String ELLIPSIS = "…";

    /** More marks on one character draw over the lines above and below. */
    private static final int MAX_MARKS = 2;

    private static final Set<UnicodeScript> WIDE_SCRIPTS = EnumSet.of(
            UnicodeScript.HAN,
            UnicodeScript.HIRAGANA,
            UnicodeScript.KATAKANA,
            UnicodeScript.HANGUL,
            UnicodeScript.BOPOMOFO,
            UnicodeScript.YI);

    private DisplayText() {}

    /**
     * Returns one line without effect on the terminal. Characters that control it, change the direction of text or are invisible
     * become U+FFFD. Each character keeps at most two combining marks.
     */
    public static String clean(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        int marks = 0;
        for (int point : SafeText.oneLine(text).codePoints().toArray()) {
            marks = isMark(point) ? marks + 1 : 0;
            if (marks <= MAX_MARKS) {
                clean.appendCodePoint(point);
            }
        }
        return clean.toString();
    }

    /** Returns the number of columns of a clean text. */
    public static int width(String clean) {
        return clean.codePoints().map(DisplayText::width).sum();
    }

    /** Returns the beginning of a clean text that fits into some columns, at least 1. A shortened text ends with an ellipsis. */
    public static String cut(String clean, int columns) {
        if (width(clean) <= columns) {
            return clean;
        }
        StringBuilder cut = new StringBuilder();
        int used = 0;
        for (int point : clean.codePoints().toArray()) {
            used += width(point);
            if (used > columns - 1) {
                break;
            }
            cut.appendCodePoint(point);
        }
        return cut + ELLIPSIS;
    }

    /** Returns a clean text with spaces up to a width in columns. */
    public static String pad(String clean, int columns) {
        return clean + " ".repeat(Math.max(0, columns - width(clean)));
    }

    private static boolean isMark(int point) {
        int type = Character.getType(point);
        return type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK;
    }

    private static int width(int point) {
        if (point < 0x300) {
            return 1;
        }
        // Vowels and final consonants of Hangul join the character before.
        if (isMark(point) || point >= 0x1160 && point <= 0x11ff) {
            return 0;
        }
        return isWide(point) ? 2 : 1;
    }

    private static boolean isWide(int point) {
        if (point >= 0xff61 && point <= 0xffdc || point >= 0xffe8 && point <= 0xffee) {
            return false;
        }
        return Character.isEmojiPresentation(point)
                || WIDE_SCRIPTS.contains(UnicodeScript.of(point))
                || point >= 0x3000 && point <= 0x303e
                || point >= 0xff01 && point <= 0xff60
                || point >= 0xffe0 && point <= 0xffe6
                || point >= 0x1f300 && point <= 0x1faff;
    }
}
