package io.tiercel.functions.audit;

/**
 * A position in a chain: the last entry at some time.
 *
 * @param chain id of the chain
 * @param head number and hash of the entry
 */
public record ChainHead(String chain, AuditHead head) {
    /** Returns the leaf of the Merkle tree: {@code CHAIN NUMBER:HASH}. */
    public String leaf() {
        return chain + " " + head;
    }
}
