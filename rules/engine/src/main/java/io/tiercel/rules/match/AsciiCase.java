package io.tiercel.rules.match;

/** Case conversion and character classes for ASCII. As in the C locale, bytes above 127 have no case and no class. */
public final class AsciiCase {
    private AsciiCase() {}

    public static char lower(char c) {
        return c >= 'A' && c <= 'Z' ? (char) (c + 32) : c;
    }

    public static char upper(char c) {
        return c >= 'a' && c <= 'z' ? (char) (c - 32) : c;
    }

    /** Returns the text in lower case; returns the same object if nothing changes. */
    public static String lower(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (lower(text.charAt(i)) != text.charAt(i)) {
                char[] chars = text.toCharArray();
                for (int k = i; k < chars.length; k++) {
                    chars[k] = lower(chars[k]);
                }
                return new String(chars);
            }
        }
        return text;
    }

    /** Returns the text in upper case; returns the same object if nothing changes. */
    public static String upper(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (upper(text.charAt(i)) != text.charAt(i)) {
                char[] chars = text.toCharArray();
                for (int k = i; k < chars.length; k++) {
                    chars[k] = upper(chars[k]);
                }
                return new String(chars);
            }
        }
        return text;
    }

    /** Returns whether the text contains the part, ignoring case. The part must be in lower case. */
    public static boolean containsIgnoreCase(String text, String lowerPart) {
        int last = text.length() - lowerPart.length();
        for (int start = 0; start <= last; start++) {
            int i = 0;
            while (i < lowerPart.length() && lower(text.charAt(start + i)) == lowerPart.charAt(i)) {
                i++;
            }
            if (i == lowerPart.length()) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether an ASCII char belongs to a POSIX class such as {@code alpha}. Unknown classes are empty. */
    static boolean inClass(String name, char c) {
        boolean upper = c >= 'A' && c <= 'Z';
        boolean lower = c >= 'a' && c <= 'z';
        boolean digit = c >= '0' && c <= '9';
        boolean graph = c > ' ' && c < 127;
        return switch (name) {
            case "alpha" -> upper || lower;
            case "digit" -> digit;
            case "alnum" -> upper || lower || digit;
            case "upper" -> upper;
            case "lower" -> lower;
            case "space" -> c == ' ' || c >= '\t' && c <= '\r';
            case "blank" -> c == ' ' || c == '\t';
            case "punct" -> graph && !upper && !lower && !digit;
            case "print" -> graph || c == ' ';
            case "graph" -> graph;
            case "cntrl" -> c < ' ' || c == 127;
            case "xdigit" -> digit || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F';
            default -> false;
        };
    }
}
