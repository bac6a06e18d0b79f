package io.tiercel.rules.load;

import java.util.SortedSet;

/** An entry of the {@code rules} setting, which enables or disables rules by name or tag. */
public sealed interface RuleToggle {
    /** Returns true if matching rules are enabled, false if they are disabled. */
    boolean enable();

    /** Returns whether the entry applies to a rule. */
    boolean matches(String rule, SortedSet<String> tags);

    /** Selects rules by name. {@code *} in the pattern matches any text, including empty text. */
    record ByName(boolean enable, String pattern) implements RuleToggle {
        @Override
        public boolean matches(String rule, SortedSet<String> tags) {
            int text = 0;
            int at = 0;
            int star = -1;
            int starText = 0;
            // If the rest does not match, the last star consumes one more char. Each star costs linear time.
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

    /** Selects rules that have the tag. */
    record ByTag(boolean enable, String tag) implements RuleToggle {
        @Override
        public boolean matches(String rule, SortedSet<String> tags) {
            return tags.contains(tag);
        }
    }
}
