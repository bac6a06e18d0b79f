package io.tiercel.functions.audit;

/**
 * An entry as it lies in the chain.
 *
 * @param number its place, from 1, without gaps
 * @param previous {@link #hash} of the entry before, {@link AuditHead#EMPTY}'s for the first
 * @param line the entry as one line of JSON in ASCII, with its number
 * @param hash SHA-256 over {@code previous}, a line feed and {@code line}; 64 hex digits
 */
public record AuditRecord(long number, String previous, String line, String hash) {
    /** What a chain that ends here is known by. */
    public AuditHead head() {
        return new AuditHead(number, hash);
    }
}
