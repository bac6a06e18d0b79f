package io.tiercel.functions.audit.anchor;

import io.tiercel.functions.audit.AuditChain;
import io.tiercel.functions.audit.AuditHead;
import io.tiercel.functions.audit.ChainHead;
import io.tiercel.functions.audit.anchor.Anchor.Bucket;
import io.tiercel.functions.audit.anchor.Anchor.Section;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads anchors and rebuilds the heads that they describe. Caches up to {@value #MAX_CACHED_HEADS} heads. All methods throw {@link
 * DamagedAnchor} if an anchor that they need is missing or damaged. Not thread-safe.
 */
public final class AnchorHistory {
    /** Maximum number of changes of a bucket until it is stored completely again. */
    static final int MAX_DEPTH = 8;

    /** Every anchor whose sequence number has this remainder lists all buckets. */
    private static final int LIST_INTERVAL = 24;

    private static final int MAX_CACHED_HEADS = 100_000;

    private final AnchorStore store;
    private final LinkedHashMap<Long, Stored> cache = new LinkedHashMap<>(16, 0.75f, true);
    private long cachedHeads;

    /**
     * A stored anchor.
     *
     * @param anchor the anchor
     * @param hash the hash of its document
     */
    public record Stored(Anchor anchor, String hash) {
        /** Returns a cost of at least 1, so that many small anchors do not fill the cache either. */
        private long weight() {
            return anchor.sections().values().stream()
                            .mapToLong(section -> section.heads().size())
                            .sum()
                    + AuditChain.BUCKETS;
        }
    }

    public AnchorHistory(AnchorStore store) {
        this.store = store;
    }

    /** Returns an anchor. */
    public Stored read(long sequence) {
        Stored cached = cache.get(sequence);
        if (cached != null) {
            return cached;
        }
        String document = store.read(sequence).orElseThrow(() -> DamagedAnchor.missing(sequence));
        Stored stored = new Stored(Anchor.parse(sequence, document), Anchor.hashOf(document));
        cachedHeads += stored.weight();
        while (cachedHeads > MAX_CACHED_HEADS && !cache.isEmpty()) {
            cachedHeads -= cache.pollFirstEntry().getValue().weight();
        }
        cache.put(sequence, stored);
        return stored;
    }

    /** Returns whether an anchor must list all its buckets. */
    static boolean listsAll(long sequence) {
        return sequence % LIST_INTERVAL == 1;
    }

    /** Returns all buckets that have chains, as an anchor and its predecessors list them. */
    public SortedMap<String, Bucket> buckets(long sequence) {
        List<Anchor> changes = new ArrayList<>();
        for (long at = sequence; ; at--) {
            if (at == 0 || changes.size() > LIST_INTERVAL) {
                throw new DamagedAnchor(sequence, "has no predecessor that lists all buckets");
            }
            Anchor anchor = read(at).anchor();
            changes.add(anchor);
            if (anchor.listed()) {
                break;
            }
        }
        SortedMap<String, Bucket> buckets = new TreeMap<>();
        changes.reversed().forEach(anchor -> buckets.putAll(anchor.buckets()));
        buckets.values().removeIf(bucket -> bucket.chains() == 0);
        return buckets;
    }

    /** Returns the heads of a bucket by chain, from its newest section. */
    public SortedMap<String, AuditHead> heads(String bucket, long newestSection) {
        List<Section> changes = new ArrayList<>();
        long at = newestSection;
        while (at != 0) {
            Section section = read(at).anchor().sections().get(bucket);
            if (section == null || changes.size() > MAX_DEPTH) {
                throw new DamagedAnchor(at, "does not have the heads of bucket " + bucket);
            }
            changes.add(section);
            at = section.base();
        }
        NavigableMap<String, AuditHead> heads = new TreeMap<>();
        for (Section section : changes.reversed()) {
            section.removed().forEach(heads::remove);
            for (ChainHead position : section.positions()) {
                heads.put(position.chain(), position.head());
            }
        }
        return heads;
    }

    /** Returns the Merkle root over the heads of a bucket, rebuilt from its sections. */
    public String rebuiltRoot(String bucket, long newestSection) {
        return Anchor.rootOf(heads(bucket, newestSection));
    }

    /** Returns the newest section of a bucket. */
    Section section(String bucket, long sequence) {
        Map<String, Section> sections = read(sequence).anchor().sections();
        Section section = sections.get(bucket);
        if (section == null) {
            throw new DamagedAnchor(sequence, "does not have the heads of bucket " + bucket);
        }
        return section;
    }
}
