package io.tiercel.functions.privacy;

import java.util.Set;

/** Finds credentials that have a form of their own: known tokens, passwords in addresses and blocks of private keys. */
abstract class CredentialScanner extends TextScanner {
    /** The longest private key block, in characters. */
    private static final int MAX_KEY_BLOCK = 16 * 1024;

    private static final int MAX_UNFINISHED_KEY_BLOCK = 8 * 1024;
    private static final int MAX_KEY_LABEL = 48;
    private static final String KEY_DASHES = "-----";
    static final String KEY_BEGIN = KEY_DASHES + "BEGIN ";
    private static final String KEY_END = KEY_DASHES + "END ";
    private static final String KEY_LABEL = "PRIVATE KEY";

    /** A shorter user name of an address without a password, such as {@code git}, is not a token. */
    private static final int MIN_USER_TOKEN = 20;

    /** Passwords in addresses whose user name is the token. */
    private static final Set<String> PLACEHOLDERS = Set.of("", "x", "X", "x-oauth-basic", "x-token-auth");

    private static final int MAX_PORT_DIGITS = 5;

    private static final int MIN_SECRET_PATH = 8;

    /** What stands before the number of a bot in an address. */
    private static final String BOT_PATH = "bot";

    private static final int MIN_BOT_NUMBER = 5;
    private static final int MAX_BOT_NUMBER = 16;
    private static final int BOT_SECRET = 35;

    /** The end of the last address that was read, and its last at sign. */
    private int addressEnd;

    private int addressAt = -1;
    /** The next end of a key block; -1 if it is not known, the length of the text if there is none. */
    private int keyEnd = -1;

    CredentialScanner(String text) {
        super(text);
    }

    /** Finds credentials of a known form in a word; returns the index after the first; -1 if there is none. */
    int knownTokens(int start, int end) {
        for (int i = start; i < end; i++) {
            char previous = i == start ? '.' : at(i - 1);
            if (previous != '.' && previous != '-') {
                continue;
            }
            int found = awsKey(i);
            if (found > 0) {
                return found;
            }
            int tokenEnd = tokenEnd(i, previous);
            if (tokenEnd > 0) {
                return add(new Span(i, tokenEnd));
            }
        }
        return -1;
    }

    /** Returns the end of the known token that starts at an index; -1 if there is none. */
    private int tokenEnd(int start, char previous) {
        int end = prefixed(start);
        // A part of a JSON Web Token contains dashes, so only a dot starts another one.
        return end < 0 && previous == '.' ? jsonWebToken(start) : end;
    }

    private boolean containsToken(int start, int end) {
        for (int i = start; i < end; i++) {
            char previous = i == start ? '.' : at(i - 1);
            if (!isNameStart(previous) && tokenEnd(i, previous) > 0) {
                return true;
            }
        }
        return false;
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
        for (KnownToken token : KnownToken.startingWith(at(start))) {
            if (startsWith(token.prefix(), start)) {
                int end = tokenEnd(token, start + token.prefix().length());
                if (end > 0) {
                    return end;
                }
            }
        }
        return -1;
    }

    /** Returns the end of a token whose prefix ends at an index; -1 if the rest is too short, or a name. */
    private int tokenEnd(KnownToken token, int start) {
        boolean digits = false;
        boolean upper = false;
        boolean lower = false;
        int end = start;
        for (char c = at(end); isLetterOrDigit(c) || token.marks().indexOf(c) >= 0; c = at(++end)) {
            // Only the first characters count, so that a text of many prefixes is not read again and again.
            if (end - start < token.minimum()) {
                digits |= isDigit(c);
                upper |= c >= 'A' && c <= 'Z';
                lower |= c >= 'a' && c <= 'z';
            } else if (!digits && !(upper && lower)) {
                return -1;
            }
        }
        return end - start >= token.minimum() && (digits || upper && lower) ? end : -1;
    }

    /** Returns the end of the token of a Telegram bot whose number is the end of a word; -1 if there is none. */
    int botToken(int wordStart, int wordEnd) {
        int number = wordEnd;
        while (number > wordStart && wordEnd - number <= MAX_BOT_NUMBER && isDigit(at(number - 1))) {
            number--;
        }
        int digits = wordEnd - number;
        if (digits < MIN_BOT_NUMBER || digits > MAX_BOT_NUMBER || at(wordEnd) != ':' || at(wordEnd + 1) != 'A') {
            return -1;
        }
        int end = wordEnd + 1;
        while (end <= wordEnd + BOT_SECRET + 1 && isTokenPart(at(end))) {
            end++;
        }
        return end - wordEnd - 1 == BOT_SECRET ? add(new Span(botStart(wordStart, number), end)) : -1;
    }

    /** Returns the start of the number of a bot, or of what touches it and may be a credential itself. */
    private int botStart(int wordStart, int number) {
        int start = number;
        while (start > wordStart && isLetterOrDigit(at(start - 1))) {
            start--;
        }
        boolean path = number - start == BOT_PATH.length() && startsWith(BOT_PATH, start);
        return path ? number : start;
    }

    /** Reads the path of an address that is a credential; returns -1 if the word before it is not the host of one. */
    int secretPath(int wordStart, int host) {
        for (SecretAddress address : SecretAddress.ALL) {
            int start = host - address.host().length();
            if (start >= wordStart && startsWith(address.host(), start) && startsWith(address.path(), host)) {
                int secret = host + address.path().length();
                int end = secret;
                while (isTokenPart(at(end)) || "/@.".indexOf(at(end)) >= 0) {
                    end++;
                }
                return end - secret < MIN_SECRET_PATH ? -1 : add(new Span(secret, end));
            }
        }
        return -1;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
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
        return end;
    }

    /** Reads the part of an address that may contain a password; returns the index to go on from. */
    int address(int start) {
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
        // A password may contain the characters that end the authority.
        if (atSign < 0 && colon >= 0 && addressAt > authority && !isPort(colon + 1, authority)) {
            atSign = addressAt;
        }
        if (atSign >= 0) {
            int userEnd = colon >= 0 ? colon : atSign;
            boolean alone = colon < 0 || PLACEHOLDERS.contains(text.substring(colon + 1, atSign));
            if (alone && userEnd - start >= MIN_USER_TOKEN || containsToken(start, userEnd)) {
                add(new Span(start, userEnd));
            }
            if (colon >= 0) {
                add(new Span(colon + 1, atSign));
            }
            return atSign;
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
    int keyBlock(int start) {
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
        count(keyEnd - start);
    }
}
