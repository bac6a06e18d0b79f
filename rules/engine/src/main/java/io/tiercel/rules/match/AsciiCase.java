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

    /**
     * Returns whether the text contains the part, ignoring case. The part must be in lower case.
     *
     * <p>A window as long as the part moves over the text, such as the environment of a program. It is read from its end. A character that the part
     * lacks moves the window behind that character, so that most characters of a long text are not read.
     */
    public static boolean containsIgnoreCase(String text, String lowerPart) {
        int length = lowerPart.length();
        int last = text.length() - length;
        if (length == 0 || last < 0) {
            return length == 0;
        }
        // One bit for each value of the five low bits, which both cases of a letter share. Shifts use these bits only.
        int inPart = 0;
        for (int i = 0; i < length; i++) {
            inPart |= 1 << lowerPart.charAt(i);
        }
        int start = 0;
        while (start <= last) {
            int i = length - 1;
            while (i >= 0 && (inPart >>> text.charAt(start + i) & 1) != 0) {
                i--;
            }
            if (i < 0 && startsWithIgnoreCase(text, start, lowerPart)) {
                return true;
            }
            start += Math.max(i, 0) + 1;
        }
        return false;
    }

    private static boolean startsWithIgnoreCase(String text, int start, String lowerPart) {
        for (int i = 0; i < lowerPart.length(); i++) {
            if (lower(text.charAt(start + i)) != lowerPart.charAt(i)) {
                return false;
            }
        }
        return true;
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
