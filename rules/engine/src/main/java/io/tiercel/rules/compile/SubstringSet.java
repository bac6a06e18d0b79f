package io.tiercel.rules.compile;

import java.util.List;

/** A set of substrings with a common prefix. The prefix is searched first; without it, no substring can be present. */
final class SubstringSet {
    private final String commonPrefix;
    private final String[] substrings;

    SubstringSet(List<String> substrings) {
        this.commonPrefix = commonPrefix(substrings);
        this.substrings = substrings.toArray(String[]::new);
    }

    /** Returns the common prefix of the texts. */
    static String commonPrefix(List<String> texts) {
        String first = texts.getFirst();
        int length = first.length();
        for (String text : texts) {
            int common = 0;
            while (common < Math.min(length, text.length()) && text.charAt(common) == first.charAt(common)) {
                common++;
            }
            length = common;
        }
        return first.substring(0, length);
    }

    /** Returns whether the text contains one of the substrings. */
    boolean matches(String text) {
        int from = text.indexOf(commonPrefix);
        if (from >= 0) {
            for (String substring : substrings) {
                if (text.indexOf(substring, from) >= 0) {
                    return true;
                }
            }
        }
        return false;
    }
}
