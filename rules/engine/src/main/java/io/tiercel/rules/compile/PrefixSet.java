package io.tiercel.rules.compile;

import java.util.ArrayList;
import java.util.List;

/**
 * A set of prefixes, indexed by their second char. The first char of a path is always a slash, so the second char is
 * more selective.
 */
final class PrefixSet {
    private static final int CHARS = 256;
    private static final String[] NONE = {};

    /** Prefixes that are shorter than two chars, or whose second char is not a byte. */
    private final String[] others;

    private final String[][] bySecond = new String[CHARS][];

    PrefixSet(List<String> prefixes) {
        List<List<String>> byChar = new ArrayList<>();
        for (int c = 0; c <= CHARS; c++) {
            byChar.add(new ArrayList<>());
        }
        for (String prefix : prefixes) {
            boolean byByte = prefix.length() > 1 && prefix.charAt(1) < CHARS;
            byChar.get(byByte ? prefix.charAt(1) : CHARS).add(prefix);
        }
        for (int c = 0; c < CHARS; c++) {
            bySecond[c] = byChar.get(c).toArray(NONE);
        }
        others = byChar.get(CHARS).toArray(NONE);
    }

    /** Returns whether the text starts with one of the prefixes. */
    boolean matches(String text) {
        if (text.length() > 1 && text.charAt(1) < CHARS && startsWithAny(text, bySecond[text.charAt(1)])) {
            return true;
        }
        return others.length > 0 && startsWithAny(text, others);
    }

    private static boolean startsWithAny(String text, String[] prefixes) {
        for (String prefix : prefixes) {
            if (text.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }
}
