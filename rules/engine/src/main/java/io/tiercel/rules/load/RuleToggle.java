package io.tiercel.rules.load;

import java.util.SortedSet;

/** One entry of the configuration's {@code rules}: switches rules on or off by name or tag. */
public sealed interface RuleToggle {
    /** Whether matching rules are switched on; else off. */
    boolean enable();

    boolean matches(String rule, SortedSet<String> tags);

    /** Rules by name; {@code *} in the pattern stands for any text, also none. */
    record ByName(boolean enable, String pattern) implements RuleToggle {
        @Override
        public boolean matches(String rule, SortedSet<String> tags) {
            int text = 0;
            int at = 0;
            int star = -1;
            int starText = 0;
            // The last star takes one more character whenever the rest does not fit: linear in both for each star.
            while (text < rule.length()) {
                if (at < pattern.length() && pattern.charAt(at) == '*') {
                    star = at++;
                    starText = text;
                } else if (at < pattern.length() && pattern.charAt(at) == rule.charAt(text)) {
                    at++;
                    text++;
                } else if (star >= 0) {
                    at = star + 1;
                    text = ++starText;
                } else {
                    return false;
                }
            }
            while (at < pattern.length() && pattern.charAt(at) == '*') {
                at++;
            }
            return at == pattern.length();
        }
    }

    /** Rules that have the tag. */
    record ByTag(boolean enable, String tag) implements RuleToggle {
        @Override
        public boolean matches(String rule, SortedSet<String> tags) {
            return tags.contains(tag);
        }
    }
}
