package io.tiercel.rules.match;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/**
 * A regular expression with the syntax of RE2's POSIX mode. It matches whole values in linear time.
 *
 * <p>RE2/J has only a Perl mode, so {@link PosixRegexTranslator} rewrites expressions for it. The modes prefer
 * different alternatives and match lengths. This makes no difference here, because the whole value must match.
 */
public final class PosixRegex {
    private final Pattern pattern;

    private PosixRegex(Pattern pattern) {
        this.pattern = pattern;
    }

    /**
     * Compiles an expression.
     *
     * @throws IllegalArgumentException if the expression is invalid; the message states an alternative
     */
    public static PosixRegex of(String expression) {
        String translated = PosixRegexTranslator.translate(expression);
        try {
            // In POSIX mode, ^ and $ also match at line breaks in the value.
            return new PosixRegex(Pattern.compile(translated, Pattern.MULTILINE));
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("invalid regular expression: " + e.getDescription(), e);
        }
    }

    /** Returns whether the expression matches the whole value, which is Unicode text. */
    public boolean matches(String value) {
        return pattern.matches(value);
    }

    /** Returns whether a comparison for equality, prefix, suffix or substring could replace the expression. */
    public static boolean isLiteral(String expression) {
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
}
