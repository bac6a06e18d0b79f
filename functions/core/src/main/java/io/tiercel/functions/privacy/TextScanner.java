package io.tiercel.functions.privacy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads the characters and values of one text, and collects parts of it. Counts its steps, for tests of the complexity. */
abstract class TextScanner {
    /** The maximum number of blanks between a name, its separator and its value. */
    static final int MAX_BLANKS = 3;

    private static final int MAX_BACKSLASHES = 4;

    /** Texts in the place of a value that are not secrets. */
    private static final Set<String> NO_VALUES = Set.of("<NA>", "null", Redactor.MARKER);

    final String text;
    final int length;
    private final List<Span> spans = new ArrayList<>();
    private long steps;

    TextScanner(String text) {
        this.text = text;
        this.length = text.length();
    }

    /**
     * A part of the text.
     *
     * @param start index of its first character
     * @param end index after its last character
     */
    record Span(int start, int end) {}

    /** Returns the added parts, in order, without overlaps. */
    List<Span> spans() {
        return spans;
    }

    /** Counts more steps. */
    void count(long more) {
        steps += more;
    }

    /** Returns how many characters were read, for tests of the complexity. */
    long steps() {
        return steps;
    }

    char at(int index) {
        steps++;
        return index < length ? text.charAt(index) : '\0';
    }

    char before(int index) {
        return index == 0 ? ' ' : at(index - 1);
    }

    /** Returns the span of the value that starts at an index, without its quotes. */
    Span value(int start, String delimiters) {
        int open = skipBackslashes(start);
        char quote = at(open);
        if (isQuote(quote)) {
            int close = closing(open, quote, open > start);
            if (close >= 0) {
                return new Span(open + 1, close);
            }
            return new Span(open + 1, unquotedEnd(open + 1, delimiters));
        }
        return new Span(start, unquotedEnd(start, delimiters));
    }

    /** Returns the index of the closing quote; -1 if there is none. */
    int closing(int open, char quote, boolean escaped) {
        for (int i = open + 1; i < length; i++) {
            char c = at(i);
            if (c == quote) {
                return escaped && i > open + 1 && at(i - 1) == '\\' ? i - 1 : i;
            }
            if (c == '\\' && !escaped) {
                i++;
            }
        }
        return -1;
    }

    int unquotedEnd(int start, String delimiters) {
        int end = startsWith(Redactor.MARKER, start) ? start + Redactor.MARKER.length() : start;
        while (end < length) {
            char c = at(end);
            if (isBlank(c) || delimiters.indexOf(c) >= 0 || isQuote(c) && endsArgument(at(end + 1))) {
                break;
            }
            end++;
        }
        return Math.min(end, length);
    }

    /** Returns whether a quote before this character is the end of an argument, not a part of the value. */
    static boolean endsArgument(char next) {
        return isBlank(next) || ",;)}]>&|".indexOf(next) >= 0;
    }

    /** Adds a part unless it is no secret; returns the index after it. */
    int add(Span span) {
        int end = span.end();
        // Backslashes before a quote belong to the quote, which would mean something else without them.
        while (end > span.start() && isQuote(at(span.end())) && at(end - 1) == '\\') {
            end--;
        }
        if (end > span.start() && !NO_VALUES.contains(text.substring(span.start(), end))) {
            spans.add(new Span(span.start(), end));
        }
        return Math.max(span.end(), span.start());
    }

    boolean startsWith(String prefix, int start) {
        steps++;
        return text.startsWith(prefix, start);
    }

    int skipBlanks(int start) {
        int end = start;
        while (end < start + MAX_BLANKS && end < length && isBlank(at(end))) {
            end++;
        }
        return end;
    }

    int skipBackslashes(int start) {
        int end = start;
        while (end < start + MAX_BACKSLASHES && at(end) == '\\') {
            end++;
        }
        return end;
    }

    static boolean isBlank(char c) {
        return c <= ' ';
    }

    static boolean isQuote(char c) {
        return c == '"' || c == '\'' || c == '`';
    }

    static boolean isLetterOrDigit(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
    }

    static boolean isNameStart(char c) {
        return isLetterOrDigit(c) || c == '_';
    }

    static boolean isNamePart(char c) {
        return isNameStart(c) || c == '-' || c == '.';
    }

    static boolean isTokenPart(char c) {
        return isNameStart(c) || c == '-';
    }

    static boolean isBase64(char c) {
        return isLetterOrDigit(c) || c == '+' || c == '/';
    }
}
