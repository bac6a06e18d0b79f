package io.tiercel.bench.aws;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The tokens of an expression, with a position. Used by one thread. */
final class Tokens {
    private static final Pattern TOKEN = Pattern.compile("\\s*([#:]?[A-Za-z_][A-Za-z0-9_-]*|<=|>=|<>|[=<>(),+-])\\s*");

    private final String expression;
    private final List<String> tokens = new ArrayList<>();
    private int position;

    Tokens(String expression) {
        this.expression = expression;
        Matcher matcher = TOKEN.matcher(expression);
        int end = 0;
        while (end < expression.length()) {
            if (!matcher.find(end) || matcher.start() != end) {
                throw new IllegalArgumentException("not a supported expression: " + expression);
            }
            tokens.add(matcher.group(1));
            end = matcher.end();
        }
    }

    boolean atEnd() {
        return position == tokens.size();
    }

    String peek() {
        return atEnd() ? "" : tokens.get(position);
    }

    String next() {
        if (atEnd()) {
            throw new IllegalArgumentException("unexpected end of " + expression);
        }
        return tokens.get(position++);
    }

    /** Skips a keyword or symbol if it comes next. */
    boolean skip(String keyword) {
        boolean found = peek().toUpperCase(Locale.ROOT).equals(keyword);
        if (found) {
            position++;
        }
        return found;
    }

    void require(String keyword) {
        if (!skip(keyword)) {
            throw new IllegalArgumentException(
                    "expected " + keyword + " instead of \"" + peek() + "\" in " + expression);
        }
    }

    void requireEnd() {
        if (!atEnd()) {
            throw new IllegalArgumentException("unexpected \"" + peek() + "\" in " + expression);
        }
    }
}
