package io.tiercel.rules.match;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/**
 * A regular expression as RE2 in its POSIX mode reads it, matched against whole values in linear time.
 *
 * <p>RE2/J offers the Perl mode only, so {@link PosixRegexTranslator} rewrites expressions for it. Which alternative or how much of
 * the value a part prefers makes no difference when the whole value has to match.
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
        String translated = PosixRegexTranslator.translated(expression);
        try {
            // In POSIX mode ^ and $ also match at line breaks within the value.
            return new PosixRegex(Pattern.compile(translated, Pattern.MULTILINE));
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
}
