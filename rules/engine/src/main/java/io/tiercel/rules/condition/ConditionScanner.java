package io.tiercel.rules.condition;

import io.tiercel.rules.event.ByteText;
import java.nio.charset.StandardCharsets;
import java.util.function.IntPredicate;

/** Scanner for the tokens of a condition: a text and a current position. */
final class ConditionScanner {
    private final String text;
    private int position;

    ConditionScanner(String text, int position) {
        this.text = text;
        this.position = position;
    }

    int position() {
        return position;
    }

    void reset(int to) {
        position = to;
    }

    boolean atEnd() {
        return position >= text.length();
    }

    /** Returns the current char, or 0 at the end. No token contains the char 0. */
    char peek() {
        return atEnd() ? 0 : text.charAt(position);
    }

    /** Skips white space. Returns whether there was any. */
    boolean skipSpace() {
        int start = position;
        while (!atEnd() && space(text.charAt(position))) {
            position++;
        }
        return position > start;
    }

    /** Returns whether the previous char is white space. */
    boolean followsSpace() {
        return position > 0 && space(text.charAt(position - 1));
    }

    boolean take(String word) {
        if (text.startsWith(word, position)) {
            position += word.length();
            return true;
        }
        return false;
    }

    /** Returns whether the word is at the current position, followed by white space, a parenthesis or the end. */
    boolean atWord(String word) {
        int end = position + word.length();
        return text.startsWith(word, position)
                && (end >= text.length() || space(text.charAt(end)) || text.charAt(end) == '(');
    }

    void expect(char expected, String context) throws ConditionSyntaxException {
        if (atEnd() || peek() != expected) {
            throw error("expected '" + expected + "' " + context);
        }
        position++;
    }

    /** Reads a letter followed by letters, digits and underscores. Returns an empty string if there is no letter. */
    String identifier() {
        int start = position;
        if (letter(peek())) {
            takeWhile(c -> letter(c) || digit(c) || c == '_');
        }
        return text.substring(start, position);
    }

    /** Reads two or more identifiers joined by dots. Returns an empty string, and reads nothing, if there are none. */
    String fieldName() {
        int start = position;
        if (identifier().isEmpty()) {
            return "";
        }
        int end = start;
        while (peek() == '.') {
            position++;
            if (identifier().isEmpty()) {
                position--;
                break;
            }
            end = position;
        }
        position = end;
        return text.substring(start, end);
    }

    /** Reads a field argument up to the closing bracket. The opening bracket must have been read. */
    String bracketed() throws ConditionSyntaxException {
        String argument;
        if (peek() == '"' || peek() == '\'') {
            argument = quoted().unicode();
        } else {
            int start = position;
            takeWhile(c -> !space(c) && "[]\"'".indexOf(c) < 0);
            argument = text.substring(start, position);
            if (argument.isEmpty()) {
                throw error("expected an argument in the brackets, without spaces around it");
            }
        }
        expect(']', "directly after the argument");
        return argument;
    }

    /** Reads a quoted or unquoted value. */
    Literal string() throws ConditionSyntaxException {
        return peek() == '"' || peek() == '\'' ? quoted() : bare();
    }

    private Literal bare() throws ConditionSyntaxException {
        int start = position;
        takeWhile(c -> !space(c) && "()\"'=,".indexOf(c) < 0);
        if (position == start) {
            throw error("expected a value; put a value with spaces, parentheses, quotes, '=' or ',' in quotes");
        }
        return new Literal(ByteText.fromUnicode(text.substring(start, position)), false, start);
    }

    /** Reads a number as defined by the grammar. The checker decides later whether it fits the type of the field. */
    Literal number() throws ConditionSyntaxException {
        int start = position;
        if (take("0x")) {
            int digits = position;
            takeWhile(c -> Character.digit(c, 16) >= 0 && c < 0x80);
            if (position == digits) {
                throw error("expected hexadecimal digits");
            }
        } else {
            if (peek() == '+' || peek() == '-') {
                position++;
            }
            int digits = position;
            takeWhile(ConditionScanner::digit);
            if (position == digits) {
                position = start;
                throw error("expected a number, val(field) or a transformer after <, <=, > or >=");
            }
            fraction();
        }
        return new Literal(text.substring(start, position), false, start);
    }

    private void fraction() {
        if (peek() == '.') {
            position++;
            takeWhile(ConditionScanner::digit);
        }
        int mark = position;
        if (peek() == 'e' || peek() == 'E') {
            position++;
            if (peek() == '+' || peek() == '-') {
                position++;
            }
            int digits = position;
            takeWhile(ConditionScanner::digit);
            if (position == digits) {
                position = mark;
            }
        }
    }

    Literal quoted() throws ConditionSyntaxException {
        int start = position;
        char quote = text.charAt(position++);
        StringBuilder value = new StringBuilder();
        while (!atEnd() && peek() != quote) {
            if (peek() == '\\') {
                escape(quote, value);
            } else {
                int plain = position;
                takeWhile(c -> c != quote && c != '\\');
                value.append(ByteText.fromUnicode(text.substring(plain, position)));
            }
        }
        if (atEnd()) {
            position = start;
            throw error("the closing quote is missing");
        }
        position++;
        return new Literal(value.toString(), true, start);
    }

    private void escape(char quote, StringBuilder value) throws ConditionSyntaxException {
        int start = position++;
        char c = peek();
        position++;
        switch (c) {
            case 'b' -> value.append('\b');
            case 'f' -> value.append('\f');
            case 'n' -> value.append('\n');
            case 'r' -> value.append('\r');
            case 't' -> value.append('\t');
            // A backslash before a space is a literal backslash and drops the space. Old rules rely on this.
            case '\\', ' ' -> value.append('\\');
            case '/' -> value.append('/');
            case 'x' -> value.append(hexByte(start));
            default -> {
                if (c != quote) {
                    position = start;
                    throw error("unknown escape sequence; use \\b \\f \\n \\r \\t \\\\ \\/ \\xHH and \\" + quote);
                }
                value.append(c);
            }
        }
    }

    private char hexByte(int start) throws ConditionSyntaxException {
        String digits = text.substring(position, Math.min(position + 2, text.length()));
        if (digits.length() == 2 && digits.chars().allMatch(d -> d < 0x80 && Character.digit(d, 16) >= 0)) {
            position += 2;
            return new String(new byte[] {(byte) Integer.parseInt(digits, 16)}, StandardCharsets.ISO_8859_1).charAt(0);
        }
        position = start;
        throw error("\\x must be followed by two hexadecimal digits");
    }

    ConditionSyntaxException error(String message) {
        return new ConditionSyntaxException(position, message);
    }

    private void takeWhile(IntPredicate predicate) {
        while (!atEnd() && predicate.test(text.charAt(position))) {
            position++;
        }
    }

    private static boolean space(int c) {
        return c == ' ' || c == '\t' || c == '\b' || c == '\r' || c == '\n';
    }

    private static boolean letter(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }

    private static boolean digit(int c) {
        return c >= '0' && c <= '9';
    }
}
