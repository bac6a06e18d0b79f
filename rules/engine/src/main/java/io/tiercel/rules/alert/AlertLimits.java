package io.tiercel.rules.alert;

/**
 * The limits of an alert. The functions reject an alert that exceeds one of them. The sensor and {@code rules check} use the same
 * values, so that a rule whose alerts would be rejected is reported before it runs.
 */
public final class AlertLimits {
    /** Maximum size of an alert, in bytes of UTF-8: the size limit of an SQS message. */
    public static final int MAX_BYTES = 256 * 1024;

    /** Maximum nesting depth of objects and arrays, including the alert. */
    public static final int MAX_NESTING = 16;

    /** Maximum length of a rule name, in characters. */
    public static final int MAX_RULE_CHARACTERS = 512;

    /** Maximum length of a host name, in characters: the limit of resolvers plus a margin. */
    public static final int MAX_HOSTNAME_CHARACTERS = 1024;

    /** Maximum length of an id, in characters. */
    public static final int MAX_ID_CHARACTERS = 512;

    private AlertLimits() {}
}
