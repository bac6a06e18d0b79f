package io.tiercel.functions.privacy;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Decides by its name whether a setting, an option, a variable or a header holds a secret. */
final class SensitiveNames {
    /** Only the end of a longer name counts, so that a decision takes constant time. */
    static final int MAX_CHARACTERS = 64;

    /** Compared with the end of the name without its separators. */
    private static final List<String> ENDINGS = List.of(
            "password",
            "passwd",
            "passphrase",
            "passcode",
            "secret",
            "token",
            "apikey",
            "accesskey",
            "secretkey",
            "privatekey",
            "signingkey",
            "encryptionkey",
            "accountkey",
            "sharedkey",
            "masterkey",
            "authkey",
            "sessionkey",
            "credential",
            "credentials",
            "cookie",
            "authorization",
            "xamzsignature");

    /** Compared with the last word of the name, because longer words end with them too. */
    private static final Set<String> WORDS = Set.of("pass", "pwd", "pw", "psw", "sig", "pgpass", "sshpass");

    /** Variables of every shell: paths, not secrets. */
    private static final Set<String> WORKING_DIRECTORIES = Set.of("pwd", "oldpwd");

    private SensitiveNames() {}

    /** Returns whether the name, such as {@code --db-password}, {@code PGPASSWORD} or {@code clientSecret}, is that of a secret. */
    static boolean contains(String name) {
        String end = name.length() > MAX_CHARACTERS ? name.substring(name.length() - MAX_CHARACTERS) : name;
        int length = end.length();
        while (length > 0 && !isLetter(end.charAt(length - 1))) {
            length--;
        }
        String words = end.substring(0, length);
        String lower = words.toLowerCase(Locale.ROOT);
        if (WORKING_DIRECTORIES.contains(lower)) {
            return false;
        }
        StringBuilder letters = new StringBuilder(length);
        int lastWord = 0;
        for (int i = 0; i < length; i++) {
            char c = words.charAt(i);
            if (c == '-' || c == '_' || c == '.') {
                lastWord = i + 1;
                continue;
            }
            if (i > 0 && Character.isUpperCase(c) && Character.isLowerCase(words.charAt(i - 1))) {
                lastWord = i;
            }
            letters.append(lower.charAt(i));
        }
        String compact = letters.toString();
        return WORDS.contains(lower.substring(lastWord)) || ENDINGS.stream().anyMatch(compact::endsWith);
    }

    /** Returns whether the name is that of the header that holds a scheme and a credential. */
    static boolean isAuthorization(String name) {
        return name.toLowerCase(Locale.ROOT).endsWith("authorization");
    }

    /** Returns whether the name is that of the header that holds several cookies. */
    static boolean isCookie(String name) {
        return name.toLowerCase(Locale.ROOT).endsWith("cookie");
    }

    private static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }
}
