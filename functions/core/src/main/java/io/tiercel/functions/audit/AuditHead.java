package io.tiercel.functions.audit;

/**
 * The end of a chain. A copy that is stored elsewhere detects a chain that was truncated or rewritten.
 *
 * @param number number of the last entry; 0 for an empty chain
 * @param hash hash of the last entry, 64 hexadecimal digits
 */
public record AuditHead(long number, String hash) {
    /** The head of an empty chain. */
    public static final AuditHead EMPTY = new AuditHead(0, "0".repeat(64));

    /** Returns {@code NUMBER:HASH}, the argument of {@code ./tiercel audit verify --expect}. */
    @Override
    public String toString() {
        return number + ":" + hash;
    }
}
