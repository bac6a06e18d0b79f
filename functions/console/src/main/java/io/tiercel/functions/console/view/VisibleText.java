package io.tiercel.functions.console.view;

import java.util.Locale;

/**
 * Text from events in a form that shows what it is. Characters without a visible form of their own, which could hide or reorder text,
 * are written by their code point, such as {@code [U+202E]}.
 */
final class VisibleText {
    /** The maximum number of combining marks on one character; many of them cover the lines above and below. */
    private static final int MAX_MARKS = 3;

    private static final int CONTROL_PICTURES = 0x2400;

    private VisibleText() {}

    /**
     * Returns the visible form.
     *
     * @param lines whether line feeds and tabs stay as they are
     */
    static String of(String text, boolean lines) {
        if (text.chars().allMatch(c -> c >= ' ' && c < 127)) {
            return text;
        }
        StringBuilder visible = new StringBuilder(text.length() + 16);
        int marks = 0;
        int point;
        for (int i = 0; i < text.length(); i += Character.charCount(point)) {
            point = text.codePointAt(i);
            marks = isMark(point) ? marks + 1 : 0;
            if (lines && (point == '\n' || point == '\t')) {
                visible.appendCodePoint(point);
            } else if (point < ' ') {
                visible.appendCodePoint(CONTROL_PICTURES + point);
            } else if (isInvisible(point) || marks > MAX_MARKS) {
                visible.append(String.format(Locale.ROOT, "[U+%04X]", point));
            } else {
                visible.appendCodePoint(point);
            }
        }
        return visible.toString();
    }

    private static boolean isMark(int point) {
        int type = Character.getType(point);
        return type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK;
    }

    private static boolean isInvisible(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> true;
            case Character.SPACE_SEPARATOR -> point != ' ';
            // Fillers, joiners and variation selectors that Unicode classes as letters, marks or symbols.
            default ->
                point == 0x034F
                        || point == 0x115F
                        || point == 0x1160
                        || point == 0x17B4
                        || point == 0x17B5
                        || point == 0x2800
                        || point == 0x3164
                        || point == 0xFFA0
                        || (point >= 0x180B && point <= 0x180F)
                        || (point >= 0xFE00 && point <= 0xFE0F)
                        || (point >= 0xE0100 && point <= 0xE01EF);
        };
    }
}
