package io.tiercel.rules.text;

/** Truncates text to a maximum length in UTF-8 and never splits a character. */
public final class Utf8Limit {
    /** Ends a truncated text. */
    public static final String MARKER = "...";

    /** A text is cut at a blank if one is among this many last chars, so that no argument is left in part. */
    private static final int BLANK_WITHIN = 64;

    private Utf8Limit() {}

    /**
     * Returns the text if it fits; otherwise its beginning and {@link #MARKER}. An unpaired surrogate counts as three bytes.
     *
     * @param maxBytes maximum length of the result in bytes, including the marker; at least 3
     */
    public static String cut(String text, int maxBytes) {
        if (text.length() * 3L <= maxBytes) {
            return text;
        }
        int end = fit(text, maxBytes);
        return end == text.length() ? text : text.substring(0, fit(text, maxBytes - MARKER.length())) + MARKER;
    }

    /**
     * Same as {@link #cut}, for command lines: if possible, cuts before an argument and not inside one. A part of an argument could
     * be a part of a secret that is no longer recognizable.
     */
    public static String cutArguments(String commandLine, int maxBytes) {
        String cut = cut(commandLine, maxBytes);
        if (cut.length() == commandLine.length()) {
            return cut;
        }
        int end = cut.length() - MARKER.length();
        int blank = cut.lastIndexOf(' ', end - 1);
        return commandLine.charAt(end) == ' ' || blank < Math.max(1, end - BLANK_WITHIN)
                ? cut
                : cut.substring(0, blank + 1) + MARKER;
    }

    /** Returns how many chars of a text fit into a number of bytes. */
    private static int fit(String text, int maxBytes) {
        int bytes = 0;
        int i = 0;
        while (i < text.length()) {
            int point = text.codePointAt(i);
            bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
            if (bytes > maxBytes) {
                return i;
            }
            i += Character.charCount(point);
        }
        return i;
    }
}
