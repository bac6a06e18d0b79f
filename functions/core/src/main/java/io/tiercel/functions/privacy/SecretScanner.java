package io.tiercel.functions.privacy;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds values that look like secrets in one text, such as a command line or a message. Reads the text from left to right without
 * regular expressions. The number of steps is at most proportional to the length of any text, because attackers choose the
 * text. Create one scanner per text.
 */
final class SecretScanner extends CredentialScanner {
    private static final String AWS_SECRET_NAME = "secret_access_key";

    /** A shorter word after "Bearer" is part of a sentence. */
    private static final int MIN_BEARER = 8;

    private static final Set<String> SCHEMES = Set.of(
            "basic", "bearer", "digest", "negotiate", "ntlm", "token", "apikey", "hmac", "aws4-hmac-sha256", "splunk");

    private @Nullable ProgramOptions program;
    /** The end of the last word that was read, of which a part may be read again. */
    private int wordEnd;

    /** @param program the program that the text belongs to; null if it is unknown */
    SecretScanner(String text, @Nullable ProgramOptions program) {
        super(text);
        this.program = program;
    }

    /** Returns the values that look like secrets, in order, without overlaps. */
    List<Span> scan() {
        int i = 0;
        while (i < length) {
            char c = at(i);
            i = c == '-' ? option(i) : isNameStart(c) ? word(i, false, before(i)) : i + 1;
        }
        return spans();
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
        known = known < 0 && at(end) == ':' ? botToken(start, end) : known;
        known = known < 0 && at(end) == '/' ? secretPath(start, end) : known;
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
                int next = value(skipBlanks(end), delimiters).end();
                // What touches a closing quote belongs to the value.
                end = Math.max(end + 1, unquotedEnd(next, delimiters));
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

    private static boolean isListed(char c) {
        return c == ',' || c == ';';
    }
}
