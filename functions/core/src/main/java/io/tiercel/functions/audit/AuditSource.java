package io.tiercel.functions.audit;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Read access to all chains of a log, for anchors and verification. Returns what is stored and trusts nothing of it. All methods
 * throw {@link io.tiercel.functions.incident.StoreUnavailable} if the store fails. Others may append during any call.
 */
public interface AuditSource {
    /** Maximum number of positions of {@link #hashes}. */
    int MAX_POSITIONS = 100;

    /**
     * Some chains of the log.
     *
     * @param chains ids of chains that have an entry or a head
     * @param next the cursor of the next page; null after the last
     */
    record Page(List<String> chains, @Nullable String next) {}

    /**
     * A stored head.
     *
     * @param position the end of the chain
     * @param bucket the stored bucket, which may be wrong
     */
    record StoredHead(ChainHead position, String bucket) {}

    /**
     * A stored entry.
     *
     * @param record the entry
     * @param defect a defect of the stored item, for example an attribute that does not belong there; null if there is none
     */
    record StoredEntry(AuditRecord record, @Nullable String defect) {}

    /**
     * Returns the next chains, in an order of the store. Every chain is in at least one page, even if it lacks its head or its
     * entries.
     *
     * @param cursor null for the first page
     * @param limit approximate number of chains
     */
    Page chains(@Nullable String cursor, int limit);

    /** Returns the head of a chain. */
    Optional<StoredHead> head(String chain);

    /** Returns the entries of a chain with numbers greater than {@code after}, in order; an empty list if there are none. */
    List<StoredEntry> entries(String chain, long after, int limit);

    /**
     * Returns the heads that are stored in a bucket, in order of their chains. A head that was written a moment ago may be missing.
     *
     * @param afterChain the chain after which to continue; empty for the first page
     */
    List<ChainHead> heads(int bucket, String afterChain, int limit);

    /**
     * Returns the stored hashes of entries, in the order of the positions; empty for an entry that is missing.
     *
     * @param positions at most {@link #MAX_POSITIONS}
     */
    List<Optional<String>> hashes(List<ChainHead> positions);
}
