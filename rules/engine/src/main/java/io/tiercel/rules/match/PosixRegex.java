package io.tiercel.rules.match;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/**
 * A regular expression as RE2 in its POSIX mode reads it, matched against whole values in linear time.
 *
 * <p>RE2/J offers the Perl mode only; what that mode knows beyond POSIX ({@code \d}, {@code (?:...)}, {@code \pL} ...) is
 * rejected here first. Greediness makes no difference when the whole value has to match.
 */
public final class PosixRegex {
    private final Pattern pattern;

    private PosixRegex(Pattern pattern) {
        this.pattern = pattern;
    }

    /**
     * Reads an expression.
     *
     * @throws IllegalArgumentException with what is wrong and what may be written instead
     */
    public static PosixRegex of(String expression) {
        rejectPerl(expression);
        try {
            // In POSIX mode ^ and $ also match at line breaks within the value.
            return new PosixRegex(Pattern.compile(expression, Pattern.MULTILINE));
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("not a regular expression: " + e.getDescription(), e);
        }
    }

    /** Whether the expression matches the whole value, which is Unicode text. */
    public boolean matches(String value) {
        return pattern.matches(value);
    }

    /** Whether the expression says nothing that equality or a prefix, suffix or substring could not say. */
    public static boolean plain(String expression) {
        String rest = expression;
        if (rest.startsWith("^")) {
            rest = rest.substring(1);
        }
        if (rest.endsWith("$")) {
            rest = rest.substring(0, rest.length() - 1);
        }
        if (rest.startsWith(".*") || rest.startsWith(".+") || rest.startsWith(".?")) {
            rest = rest.substring(2);
        }
        if (rest.endsWith(".*") || rest.endsWith(".+") || rest.endsWith(".?")) {
            rest = rest.substring(0, rest.length() - 2);
        }
        return rest.chars().noneMatch(c -> ".[]{}()*+?|^$\\".indexOf(c) >= 0);
    }

    private static void rejectPerl(String expression) {
        boolean bracket = false;
        for (int i = 0; i < expression.length(); i++) {
            char c = expression.charAt(i);
            if (c == '\\' && i + 1 < expression.length()) {
                i++;
                rejectEscape(expression.charAt(i));
            } else if (bracket) {
                if (c == '[' && expression.startsWith("[:", i) && expression.indexOf(":]", i) > 0) {
                    i = expression.indexOf(":]", i) + 1;
                } else {
                    bracket = c != ']';
                }
            } else if (c == '[') {
                bracket = true;
                // A closing bracket directly behind the opening one stands for itself.
                if (expression.startsWith("^", i + 1)) {
                    i++;
                }
                if (expression.startsWith("]", i + 1)) {
                    i++;
                }
            } else if (c == '(' && expression.startsWith("?", i + 1)) {
                throw new IllegalArgumentException(
                        "(?...) is not available in POSIX regular expressions; write a plain group, or tolower() on the"
                                + " field for any case");
            }
        }
    }

    private static void rejectEscape(char c) {
        boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '8' || c == '9' || c > 127;
        if (letter && "afnrtvx".indexOf(c) < 0) {
            throw new IllegalArgumentException(
                    "\\" + c + " is not available in POSIX regular expressions; write a class such as [0-9],"
                            + " [[:alnum:]_] or [[:space:]]");
        }
    }
}
