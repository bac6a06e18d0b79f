package io.tiercel.rules.compile;

import java.util.List;

/** Parts to look for in a text. What they begin with alike is looked for first: without it, none of them is there. */
final class SubstringSet {
    private final String beginning;
    private final String[] parts;

    SubstringSet(List<String> parts) {
        this.beginning = beginning(parts);
        this.parts = parts.toArray(String[]::new);
    }

    /** What all of the texts begin with. */
    static String beginning(List<String> texts) {
        String first = texts.getFirst();
        int length = first.length();
        for (String text : texts) {
            int same = 0;
            while (same < Math.min(length, text.length()) && text.charAt(same) == first.charAt(same)) {
                same++;
            }
            length = same;
        }
        return first.substring(0, length);
    }

    /** Whether the text contains one of them. */
    boolean within(String text) {
        int from = text.indexOf(beginning);
        if (from >= 0) {
            for (String part : parts) {
                if (text.indexOf(part, from) >= 0) {
                    return true;
                }
            }
        }
        return false;
    }
}
