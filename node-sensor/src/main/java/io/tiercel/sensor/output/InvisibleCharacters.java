package io.tiercel.sensor.output;

/**
 * Escapes characters that a terminal or a log viewer does not show, or that change what it shows: DEL, the C1 controls, the line and
 * paragraph separators, and the controls of text direction (Unicode Standard Annex #9). Control characters below U+0020 are already
 * escaped in both forms of an alert.
 */
final class InvisibleCharacters {
    private InvisibleCharacters() {}

    /** Replaces these characters with JSON escape sequences. In a JSON document, they occur in strings only. */
    static String escape(String text) {
        StringBuilder escaped = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isInvisible(c)) {
                escaped = escaped == null ? new StringBuilder(text.length() + 16).append(text, 0, i) : escaped;
                escaped.append(String.format("\\u%04x", (int) c));
            } else if (escaped != null) {
                escaped.append(c);
            }
        }
        return escaped == null ? text : escaped.toString();
    }

    private static boolean isInvisible(char c) {
        return c >= 0x7f && c <= 0x9f
                || c == 0x61c
                || c == 0x200e
                || c == 0x200f
                || c >= 0x2028 && c <= 0x202e
                || c >= 0x2066 && c <= 0x2069;
    }
}
