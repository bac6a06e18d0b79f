package io.tiercel.functions.audit;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The end of a chain. A copy that is stored elsewhere detects a chain that was truncated or rewritten.
 *
 * @param number number of the last entry; 0 for an empty chain
 * @param hash hash of the last entry, 64 hexadecimal digits
 */
public record AuditHead(long number, String hash) {
    /** The head of an empty chain. */
    public static final AuditHead EMPTY = new AuditHead(0, "0".repeat(64));

    private static final Pattern FORM = Pattern.compile("(0|[1-9][0-9]{0,17}):([0-9a-f]{64})");

    /** Parses the result of {@link #toString}. Returns an empty result for any other text. */
    public static Optional<AuditHead> parse(String text) {
        Matcher form = FORM.matcher(text);
        return form.matches()
                ? Optional.of(new AuditHead(Long.parseLong(form.group(1)), form.group(2)))
                : Optional.empty();
    }

    /** Returns {@code NUMBER:HASH}. */
    @Override
    public String toString() {
        return number + ":" + hash;
    }
}
