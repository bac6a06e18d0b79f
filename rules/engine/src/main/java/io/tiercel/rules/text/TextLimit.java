package io.tiercel.rules.text;

/** Truncates text to a maximum length in UTF-16 code units and never splits a surrogate pair. */
public final class TextLimit {
    private TextLimit() {}

    /** Returns the text, truncated to {@code maxLength} chars. */
    public static String cut(String text, int maxLength) {
        return cut(text, maxLength, "");
    }

    /**
     * Returns the text if it fits; otherwise its beginning and a marker. The result, including the marker, has at most
     * {@code maxLength} chars.
     *
     * @throws IllegalArgumentException if the marker alone is longer than {@code maxLength}
     */
    public static String cut(String text, int maxLength, String marker) {
        int end = maxLength - marker.length();
        if (end < 0) {
            throw new IllegalArgumentException("maxLength " + maxLength + " is shorter than the marker");
        }
        if (text.length() <= maxLength) {
            return text;
        }
        boolean splitsPair = end > 0
                && Character.isHighSurrogate(text.charAt(end - 1))
                && Character.isLowSurrogate(text.charAt(end));
        return text.substring(0, splitsPair ? end - 1 : end) + marker;
    }
}
