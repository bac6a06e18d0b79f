package io.tiercel.rules.compile;

import java.util.ArrayList;
import java.util.List;

/**
 * Beginnings of texts, filed by their second char: the first one of a path is always a slash, and the second leaves few to
 * compare with.
 */
final class PrefixSet {
    private static final int CHARS = 256;
    private static final String[] NONE = {};

    /** Beginnings that are shorter than two chars, or whose second char is no byte. */
    private final String[] others;

    private final String[][] bySecond = new String[CHARS][];

    PrefixSet(List<String> prefixes) {
        List<List<String>> filed = new ArrayList<>();
        for (int c = 0; c <= CHARS; c++) {
            filed.add(new ArrayList<>());
        }
        for (String prefix : prefixes) {
            boolean byByte = prefix.length() > 1 && prefix.charAt(1) < CHARS;
            filed.get(byByte ? prefix.charAt(1) : CHARS).add(prefix);
        }
        for (int c = 0; c < CHARS; c++) {
            bySecond[c] = filed.get(c).toArray(NONE);
        }
        others = filed.get(CHARS).toArray(NONE);
    }

    /** Whether the text begins with one of them. */
    boolean begin(String text) {
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
