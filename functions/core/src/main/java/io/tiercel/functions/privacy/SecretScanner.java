package io.tiercel.functions.privacy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds values that look like secrets in one text, such as a command line or a message. Reads the text from left to right without
 * regular expressions. The number of steps is at most proportional to the length of any text, because attackers choose the
 * text. Create one scanner per text.
 */
final class SecretScanner {
    /** The maximum number of blanks between a name, its separator and its value. */
    private static final int MAX_BLANKS = 3;

    private static final int MAX_BACKSLASHES = 4;

    /** The longest private key block, in characters. */
    private static final int MAX_KEY_BLOCK = 16 * 1024;

    private static final int MAX_UNFINISHED_KEY_BLOCK = 8 * 1024;
    private static final int MAX_KEY_LABEL = 48;
    private static final String KEY_DASHES = "-----";
    private static final String KEY_BEGIN = KEY_DASHES + "BEGIN ";
    private static final String KEY_END = KEY_DASHES + "END ";
    private static final String KEY_LABEL = "PRIVATE KEY";
    private static final String AWS_SECRET_NAME = "secret_access_key";

    /** A shorter word after "Bearer" is part of a sentence. */
    private static final int MIN_BEARER = 8;

    /** A shorter user name of an address without a password, such as {@code git}, is not a token. */
    private static final int MIN_USER_TOKEN = 20;

    private static final int MAX_PORT_DIGITS = 5;

    private static final Set<String> SCHEMES = Set.of(
            "basic", "bearer", "digest", "negotiate", "ntlm", "token", "apikey", "hmac", "aws4-hmac-sha256", "splunk");

    /** Texts in the place of a value that are not secrets. */
    private static final Set<String> NO_VALUES = Set.of("<NA>", "null", Redactor.MARKER);

    private final String text;
    private final int length;
    private final List<Span> spans = new ArrayList<>();
    private @Nullable ProgramOptions program;
    private long steps;
    /** The end of the last word that was read, of which a part may be read again. */
    private int wordEnd;
    /** The end of the last address that was read, and its last at sign. */
    private int addressEnd;

    private int addressAt = -1;
    /** The next end of a key block; -1 if it is not known, the length of the text if there is none. */
    private int keyEnd = -1;

    /** @param program the program that the text belongs to; null if it is unknown */
    SecretScanner(String text, @Nullable ProgramOptions program) {
        this.text = text;
        this.length = text.length();
        this.program = program;
    }

    /**
     * A part of the text.
     *
     * @param start index of its first character
     * @param end index after its last character
     */
    record Span(int start, int end) {}

    /** Returns the values that look like secrets, in order, without overlaps. */
    List<Span> scan() {
        int i = 0;
        while (i < length) {
            char c = at(i);
            i = c == '-' ? option(i) : isNameStart(c) ? word(i, false, before(i)) : i + 1;
        }
        return spans;
    }

    /** Returns how many characters were read, for tests of the complexity. */
    long steps() {
        return steps;
    }

    private char at(int index) {
        steps++;
        return index < length ? text.charAt(index) : '\0';
    }

    private char before(int index) {
        return index == 0 ? ' ' : at(index - 1);
    }

    /** Reads dashes and what follows them; returns the index to go on from. */
    private int option(int start) {
        if (startsWith(KEY_BEGIN, start)) {
            int end = keyBlock(start);
            if (end > start) {
                return end;
            }
        }
        int name = start;
        while (at(name) == '-') {
            name++;
        }
        char previous = before(start);
        boolean startsArgument = isBlank(previous) || isQuote(previous) || previous == '=' || previous == '[';
        ProgramOptions options = program;
        if (startsArgument && name == start + 1 && options != null) {
            int end = shortOption(options, at(name), name + 1);
            if (end > start) {
                return end;
            }
        }
        return isNameStart(at(name)) ? word(name, startsArgument, previous) : name;
    }

    /** Reads the value of a one-letter option; returns -1 if it takes no secret. */
    private int shortOption(ProgramOptions options, char letter, int next) {
        if (next >= length || !isNameStart(letter)) {
            return -1;
        }
        boolean separate = isBlank(at(next));
        int value = separate ? skipBlanks(next) : next;
        if (value >= length || separate && at(value) == '-') {
            return -1;
        }
        if (options.pair().indexOf(letter) >= 0) {
            Span pair = value(value, "");
            for (int i = pair.start(); i < pair.end(); i++) {
                if (at(i) == options.separator()) {
                    add(new Span(i + 1, pair.end()));
                    break;
                }
            }
            return pair.end();
        }
        String letters = separate ? options.separate() : options.attached();
        return letters.indexOf(letter) >= 0 ? add(value(value, "")) : -1;
    }

    /**
     * Reads a word, which may be the name of a value; returns the index to go on from.
     *
     * @param option whether it is an argument that starts with dashes
     * @param previous the character before the word and its dashes
     */
    private int word(int start, boolean option, char previous) {
        while (wordEnd < start || isNamePart(at(wordEnd))) {
            wordEnd = Math.max(wordEnd + 1, start);
        }
        int end = wordEnd;
        if (end - start <= ProgramOptions.MAX_NAME && !option) {
            noticeProgram(text.substring(start, end));
        }
        String name = text.substring(Math.max(start, end - SensitiveNames.MAX_CHARACTERS), end);
        if (mayHaveValue(end, option) && SensitiveNames.contains(name)) {
            int value = valueOf(name, end, option, previous);
            if (value > 0) {
                return value;
            }
        }
        if (isBlank(at(end)) && name.equalsIgnoreCase("bearer")) {
            Span token = value(skipBlanks(end), "");
            if (token.end() - token.start() >= MIN_BEARER) {
                return add(token);
            }
        }
        int known = knownTokens(start, end);
        if (known > 0) {
            return known;
        }
        return startsWith("://", end) ? address(end + 3) : end;
    }

    /** Returns quickly whether a value can follow a name, since most words are not followed by one. */
    private boolean mayHaveValue(int end, boolean option) {
        char c = at(end);
        if (!isBlank(c)) {
            return c == '=' || c == ':' || c == '\\' || isQuote(c);
        }
        char next = at(skipBlanks(end));
        return option
                || next == '='
                || next == ':'
                || at(end - 1) == AWS_SECRET_NAME.charAt(AWS_SECRET_NAME.length() - 1);
    }

    private void noticeProgram(String word) {
        ProgramOptions options = ProgramOptions.of(word);
        if (options != null) {
            program = options;
        } else if (program != null) {
            program = program.after(word);
        }
    }

    /** Reads the value of a name that ends at an index; returns -1 if there is none. */
    private int valueOf(String name, int end, boolean option, char previous) {
        int next = skipBackslashes(end);
        boolean quoted = isQuote(at(next));
        next = quoted ? next + 1 : end;
        int separator = skipBlanks(next);
        char c = at(separator);
        if (c == '=' || c == ':' && !startsWith("://", separator)) {
            int value = separator + 1;
            value += at(value) == '=' ? 1 : 0;
            value = c == ':' || separator > next ? skipBlanks(value) : value;
            return assigned(name, value, quoted ? ",}]" : delimiters(previous));
        }
        boolean awsSecret = name.toLowerCase(Locale.ROOT).endsWith(AWS_SECRET_NAME);
        if ((option || awsSecret) && separator > next && c != '-' && !name.startsWith("no-")) {
            return assigned(name, separator, "");
        }
        return -1;
    }

    private int assigned(String name, int start, String delimiters) {
        Span value = value(start, delimiters);
        if (SensitiveNames.isAuthorization(name) && isScheme(value) && isBlank(at(value.end()))) {
            value = value(skipBlanks(value.end()), delimiters);
        }
        if (SensitiveNames.isAuthorization(name) || SensitiveNames.isCookie(name)) {
            int end = value.end();
            while (end > value.start() && isListed(at(end - 1)) && isBlank(at(end))) {
                end = Math.max(end + 1, value(skipBlanks(end), delimiters).end());
            }
            value = new Span(value.start(), Math.min(end, length));
        }
        return value.end() > value.start() ? add(value) : -1;
    }

    private boolean isScheme(Span value) {
        int characters = value.end() - value.start();
        return characters <= ProgramOptions.MAX_NAME
                && SCHEMES.contains(text.substring(value.start(), value.end()).toLowerCase(Locale.ROOT));
    }

    /** Returns the characters that end a value without quotes, by the character before its name. */
    private static String delimiters(char previous) {
        return switch (previous) {
            case '?', '&' -> "&#";
            case ';' -> ";";
            case ',' -> ",";
            case '{' -> ",}";
            case '(' -> ",)";
            case '[' -> ",]";
            default -> "";
        };
    }

    /** Returns the span of the value that starts at an index, without its quotes. */
    private Span value(int start, String delimiters) {
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
    private int closing(int open, char quote, boolean escaped) {
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

    private int unquotedEnd(int start, String delimiters) {
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
    private static boolean endsArgument(char next) {
        return isBlank(next) || ",;)}]>&|".indexOf(next) >= 0;
    }

    /** Finds credentials of a known form in a word; returns the index after the first; -1 if there is none. */
    private int knownTokens(int start, int end) {
        for (int i = start; i < end; i++) {
            char previous = i == start ? '.' : at(i - 1);
            if (previous != '.' && previous != '-') {
                continue;
            }
            int found = awsKey(i);
            found = found < 0 ? prefixed(i) : found;
            // A part of a JSON Web Token contains dashes, so only a dot starts another one.
            found = found < 0 && previous == '.' ? jsonWebToken(i) : found;
            if (found > 0) {
                return found;
            }
        }
        return -1;
    }

    private int awsKey(int start) {
        if (KnownToken.AWS_IDS.stream().noneMatch(prefix -> startsWith(prefix, start))) {
            return -1;
        }
        int end = start + KnownToken.AWS_IDS.getFirst().length();
        for (int i = 0; i < KnownToken.AWS_ID_REST; i++, end++) {
            char c = at(end);
            if (!(c >= 'A' && c <= 'Z' || c >= '0' && c <= '9')) {
                return -1;
            }
        }
        if (isLetterOrDigit(at(end))) {
            return -1;
        }
        add(new Span(start, end));
        int secret = end;
        while (secret < end + MAX_BLANKS && (isBlank(at(secret)) || ":,\"'".indexOf(at(secret)) >= 0)) {
            secret++;
        }
        int secretEnd = secret;
        while (secretEnd <= secret + KnownToken.AWS_SECRET && isBase64(at(secretEnd))) {
            secretEnd++;
        }
        return secret > end && secretEnd - secret == KnownToken.AWS_SECRET ? add(new Span(secret, secretEnd)) : end;
    }

    private int prefixed(int start) {
        for (KnownToken token : KnownToken.ALL) {
            if (startsWith(token.prefix(), start)) {
                int end = start + token.prefix().length();
                while (isTokenPart(at(end))) {
                    end++;
                }
                if (end - start - token.prefix().length() >= token.minimum()) {
                    return add(new Span(start, end));
                }
            }
        }
        return -1;
    }

    private int jsonWebToken(int start) {
        if (!startsWith(KnownToken.JWT, start)) {
            return -1;
        }
        int end = start;
        for (int part = 0; part < 3; part++) {
            int partStart = end;
            while (isTokenPart(at(end))) {
                end++;
            }
            if (part < 2 && (end - partStart < KnownToken.JWT_PART || at(end) != '.')) {
                return -1;
            }
            end += part < 2 ? 1 : 0;
        }
        return add(new Span(start, end));
    }

    /** Reads the part of an address that may contain a password; returns the index to go on from. */
    private int address(int start) {
        findAddressEnd(start);
        int authority = start;
        int atSign = -1;
        int colon = -1;
        while (authority < addressEnd && "/?#".indexOf(at(authority)) < 0) {
            char c = at(authority);
            atSign = c == '@' ? authority : atSign;
            colon = c == ':' && colon < 0 && atSign < 0 ? authority : colon;
            authority++;
        }
        if (atSign >= 0) {
            if (colon >= 0) {
                add(new Span(colon + 1, atSign));
            } else if (atSign - start >= MIN_USER_TOKEN) {
                add(new Span(start, atSign));
            }
            return atSign;
        }
        // A password may contain the characters that end the authority.
        if (colon >= 0 && addressAt > authority && !isPort(colon + 1, authority)) {
            return add(new Span(colon + 1, addressAt));
        }
        return start;
    }

    private void findAddressEnd(int start) {
        if (start < addressEnd) {
            return;
        }
        addressAt = -1;
        addressEnd = start;
        while (addressEnd < length && !isBlank(at(addressEnd)) && !isQuote(at(addressEnd))) {
            addressAt = at(addressEnd) == '@' ? addressEnd : addressAt;
            addressEnd++;
        }
    }

    private boolean isPort(int start, int end) {
        for (int i = start; i < end; i++) {
            if (i - start >= MAX_PORT_DIGITS || at(i) < '0' || at(i) > '9') {
                return false;
            }
        }
        return true;
    }

    /** Reads the block of a private key; returns -1 if the text is not the start of one. */
    private int keyBlock(int start) {
        int label = start + KEY_BEGIN.length();
        int body = label;
        while (body < label + MAX_KEY_LABEL && (isLetterOrDigit(at(body)) || at(body) == ' ')) {
            body++;
        }
        if (!text.substring(label, Math.min(body, length)).contains(KEY_LABEL) || !startsWith(KEY_DASHES, body)) {
            return -1;
        }
        body += KEY_DASHES.length();
        findKeyEnd(body);
        if (keyEnd < length && keyEnd - body <= MAX_KEY_BLOCK) {
            return add(new Span(body, keyEnd));
        }
        // The end was cut off, as in a long argument.
        int end = body;
        while (end < length
                && end - body < MAX_UNFINISHED_KEY_BLOCK
                && (isBase64(at(end)) || isBlank(at(end)) || "=\\-:,".indexOf(at(end)) >= 0)) {
            end++;
        }
        return end > body ? add(new Span(body, end)) : -1;
    }

    private void findKeyEnd(int start) {
        if (keyEnd >= start) {
            return;
        }
        int found = text.indexOf(KEY_END, start);
        keyEnd = found < 0 ? length : found;
        steps += keyEnd - start;
    }

    private int add(Span span) {
        if (span.end() > span.start() && !NO_VALUES.contains(text.substring(span.start(), span.end()))) {
            spans.add(span);
        }
        return Math.max(span.end(), span.start());
    }

    private boolean startsWith(String prefix, int start) {
        steps++;
        return text.startsWith(prefix, start);
    }

    private int skipBlanks(int start) {
        int end = start;
        while (end < start + MAX_BLANKS && end < length && isBlank(at(end))) {
            end++;
        }
        return end;
    }

    private int skipBackslashes(int start) {
        int end = start;
        while (end < start + MAX_BACKSLASHES && at(end) == '\\') {
            end++;
        }
        return end;
    }

    private static boolean isBlank(char c) {
        return c <= ' ';
    }

    private static boolean isQuote(char c) {
        return c == '"' || c == '\'' || c == '`';
    }

    private static boolean isListed(char c) {
        return c == ',' || c == ';';
    }

    private static boolean isLetterOrDigit(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
    }

    private static boolean isNameStart(char c) {
        return isLetterOrDigit(c) || c == '_';
    }

    private static boolean isNamePart(char c) {
        return isNameStart(c) || c == '-' || c == '.';
    }

    private static boolean isTokenPart(char c) {
        return isNameStart(c) || c == '-';
    }

    private static boolean isBase64(char c) {
        return isLetterOrDigit(c) || c == '+' || c == '/';
    }
}
