package io.tiercel.functions.audit;

/**
 * The end of a chain: who keeps it elsewhere notices if the chain is shortened or written anew.
 *
 * @param number of the last entry; 0 for an empty chain
 * @param hash of the last entry; 64 hex digits
 */
public record AuditHead(long number, String hash) {
    /** The end of a chain without entries. */
    public static final AuditHead EMPTY = new AuditHead(0, "0".repeat(64));

    /** {@code NUMBER:HASH}, as {@code ./tiercel audit verify --expect} takes it. */
    @Override
    public String toString() {
        return number + ":" + hash;
    }
}
