package io.tiercel.rules.match;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Translates a regular expression from RE2's POSIX mode to the Perl mode of RE2/J.
 *
 * <p>Syntax that exists only in Perl mode is rejected. {@code a+?}, which is a lazy match in Perl mode, becomes {@code
 * (a+)?}. Nested repetitions are limited as in RE2.
 */
final class PosixRegexTranslator {
    /** Maximum number of repetitions of one part. Nested repetitions are multiplied. */
    private static final int REPETITION_LIMIT = 1000;

    private static final Pattern REPETITION = Pattern.compile("\\{(\\d{1,5})(,(\\d{0,5}))?\\}");
    private static final Pattern ESCAPE =
            Pattern.compile("\\\\(?:x\\{[0-9a-fA-F]*\\}|x[0-9a-fA-F]{2}|[0-7]{1,3}|.)", Pattern.DOTALL);

    private final String expression;
    private final StringBuilder out = new StringBuilder();
    private final Deque<Group> groups = new ArrayDeque<>();

    /** Start of the last part in the output; -1 if there is no part to repeat. */
    private int part = -1;

    private boolean repeated;

    /** Number of repetitions of the last part. */
    private int weight = 1;

    /** Maximum number of repetitions of any part in the current group. */
    private int heaviest = 1;

    private PosixRegexTranslator(String expression) {
        this.expression = expression;
    }

    private record Group(int start, int heaviestBefore) {}

    /**
     * Translates an expression for RE2/J.
     *
     * @throws IllegalArgumentException if the expression uses unavailable syntax; the message states an alternative
     */
    static String translate(String expression) {
        return new PosixRegexTranslator(expression).run();
    }

    private String run() {
        int at = 0;
        while (at < expression.length()) {
            int end = end(at);
            char c = expression.charAt(at);
            String text = expression.substring(at, end);
            switch (c) {
                case '(' -> {
                    groups.push(new Group(out.length(), heaviest));
                    heaviest = 1;
                    part = -1;
                    out.append(text);
                }
                case ')' -> close();
                case '|' -> {
                    part = -1;
                    out.append(text);
                }
                case '*', '+', '?' -> repeat(text, 1);
                case '{' -> {
                    if (end - at > 1) {
                        repeat(text, count(text));
                    } else {
                        plain(text);
                    }
                }
                default -> plain(text);
            }
            at = end;
        }
        return out.toString();
    }

    /** Returns the end of the element that starts at a position. */
    private int end(int at) {
        return switch (expression.charAt(at)) {
            case '\\' -> escapeEnd(at);
            case '[' -> bracketEnd(at);
            case '{' -> {
                Matcher repetition = REPETITION.matcher(expression).region(at, expression.length());
                yield repetition.lookingAt() ? repetition.end() : at + 1;
            }
            case '(' -> {
                if (expression.startsWith("?", at + 1)) {
                    throw new IllegalArgumentException(
                            "(?...) is not available in POSIX regular expressions; use a plain group, or tolower() on"
                                    + " the field to ignore case");
                }
                yield at + 1;
            }
            default -> at + Character.charCount(expression.codePointAt(at));
        };
    }

    private void plain(String text) {
        part = out.length();
        repeated = false;
        weight = 1;
        out.append(text);
    }

    private void close() {
        out.append(')');
        part = -1;
        if (!groups.isEmpty()) {
            Group group = groups.pop();
            part = group.start;
            repeated = false;
            weight = heaviest;
            heaviest = Math.max(weight, group.heaviestBefore);
        }
    }

    private void repeat(String operator, int times) {
        if (part >= 0 && repeated) {
            out.insert(part, '(').append(')');
        }
        out.append(operator);
        repeated = true;
        weight *= Math.max(times, 1);
        if (weight > REPETITION_LIMIT) {
            throw new IllegalArgumentException(
                    "invalid regular expression: the maximum number of repetitions is " + REPETITION_LIMIT);
        }
        heaviest = Math.max(heaviest, weight);
    }

    /** Returns the upper bound of a repetition. */
    private static int count(String repetition) {
        Matcher matcher = REPETITION.matcher(repetition);
        if (!matcher.matches()) {
            return 1;
        }
        String maximum = matcher.group(3);
        return Integer.parseInt(maximum == null || maximum.isEmpty() ? matcher.group(1) : maximum);
    }

    private int bracketEnd(int start) {
        int at = start + 1;
        // A closing bracket directly after the opening bracket is a literal.
        if (expression.startsWith("^", at)) {
            at++;
        }
        if (expression.startsWith("]", at)) {
            at++;
        }
        while (at < expression.length() && expression.charAt(at) != ']') {
            if (expression.charAt(at) == '\\') {
                at = escapeEnd(at);
            } else if (expression.startsWith("[:", at) && expression.indexOf(":]", at) > 0) {
                at = expression.indexOf(":]", at) + 2;
            } else {
                at++;
            }
        }
        return Math.min(at + 1, expression.length());
    }

    private int escapeEnd(int at) {
        Matcher escape = ESCAPE.matcher(expression).region(at, expression.length());
        if (!escape.lookingAt()) {
            return at + 1;
        }
        rejectPerl(expression.charAt(at + 1));
        return escape.end();
    }

    private static void rejectPerl(char c) {
        boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '8' || c == '9' || c > 127;
        if (letter && "afnrtvx".indexOf(c) < 0) {
            throw new IllegalArgumentException(
                    "\\" + c + " is not available in POSIX regular expressions; use a class such as [0-9],"
                            + " [[:alnum:]_] or [[:space:]]");
        }
    }
}
