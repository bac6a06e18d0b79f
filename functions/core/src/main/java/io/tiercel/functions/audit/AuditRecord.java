package io.tiercel.functions.audit;

/**
 * An entry as stored in its chain.
 *
 * @param chain id of the chain
 * @param number position in the chain, from 1, without gaps
 * @param previous {@link #hash} of the previous entry, or the hash of {@link AuditHead#EMPTY} for the first
 * @param line the entry as one line of JSON in ASCII, with its chain and its number
 * @param hash SHA-256 over {@code previous}, a line feed and {@code line}; 64 hexadecimal digits
 */
public record AuditRecord(String chain, long number, String previous, String line, String hash) {
    /** Returns the head of a chain that ends with this record. */
    public AuditHead head() {
        return new AuditHead(number, hash);
    }
}
