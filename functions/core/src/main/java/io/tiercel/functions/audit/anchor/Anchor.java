package io.tiercel.functions.audit.anchor;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.tiercel.functions.audit.AuditChain;
import io.tiercel.functions.audit.AuditHead;
import io.tiercel.functions.audit.ChainHead;
import io.tiercel.functions.json.Json;
import io.tiercel.rules.text.Sha256;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The heads of all chains at some time. The chains are divided into buckets by {@link AuditChain#bucketOf}. An anchor lists the roots
 * of the buckets and contains the heads of the buckets that have changed since the previous anchor.
 *
 * @param sequence the number of the anchor, from 1, without gaps
 * @param time when it was written, ISO 8601
 * @param previous hash of the previous anchor, see {@link #hashOf}; {@link #NONE} for the first
 * @param root the Merkle root over the roots of all 256 buckets as 32 bytes each, in order
 * @param chains number of chains in all buckets
 * @param entries number of entries in all chains
 * @param next the first bucket that the anchor has not examined, because its time or size was exhausted; 0 if it examined all
 * @param listed whether {@code buckets} contains all buckets that have chains; otherwise only those that have changed since the
 *     previous anchor
 * @param buckets the buckets by name
 * @param sections the heads of the buckets that have changed, by name of the bucket
 */
public record Anchor(
        long sequence,
        String time,
        String previous,
        String root,
        long chains,
        long entries,
        int next,
        boolean listed,
        SortedMap<String, Bucket> buckets,
        SortedMap<String, Section> sections) {
    /** The hash that the first anchor has as its previous one. */
    public static final String NONE = "0".repeat(64);

    private static final String EMPTY_ROOT = new MerkleTree().root();

    /**
     * The chains of a bucket.
     *
     * @param root the Merkle root over the leaves of the heads in order of their chains, see {@link ChainHead#leaf}
     * @param chains number of chains
     * @param entries number of entries in these chains
     * @param section sequence number of the anchor that has the newest section of the bucket
     */
    public record Bucket(String root, long chains, long entries, long section) {}

    /**
     * The heads of a bucket, completely or as changes.
     *
     * @param base sequence number of the anchor with the section that this one changes; 0 if this one is complete
     * @param depth number of sections before this one up to a complete one
     * @param heads {@code NUMBER:HASH} by chain
     * @param removed chains of the base that no longer exist
     */
    public record Section(long base, int depth, SortedMap<String, String> heads, List<String> removed) {
        /** Returns the heads in order of their chains. */
        public List<ChainHead> positions() {
            List<ChainHead> positions = new ArrayList<>();
            heads.forEach((chain, head) ->
                    positions.add(new ChainHead(chain, AuditHead.parse(head).orElseThrow())));
            return positions;
        }
    }

    /** Returns the document to store: one line of JSON. */
    public String document() {
        return Json.write(this) + "\n";
    }

    /** Returns the hash of a stored document: SHA-256 of its bytes, 64 hexadecimal digits. */
    public static String hashOf(String document) {
        return Sha256.hex(document);
    }

    /** Returns the Merkle root over some buckets by name; those that are missing are empty. */
    public static String rootOf(Map<String, Bucket> buckets) {
        MerkleTree tree = new MerkleTree();
        for (int i = 0; i < AuditChain.BUCKETS; i++) {
            Bucket bucket = buckets.get(AuditChain.bucketName(i));
            tree.add(HexFormat.of().parseHex(bucket == null ? EMPTY_ROOT : bucket.root()));
        }
        return tree.root();
    }

    /**
     * Parses and checks a stored document.
     *
     * @param sequence the sequence number under which it is stored
     * @throws DamagedAnchor if it is not an anchor with this number
     */
    public static Anchor parse(long sequence, String document) {
        Anchor anchor;
        try {
            anchor = Json.MAPPER.readValue(document, Anchor.class);
        } catch (JsonProcessingException e) {
            throw new DamagedAnchor(sequence, "is not readable: " + e.getOriginalMessage(), e);
        }
        if (anchor == null || !anchor.valid() || anchor.sequence() != sequence) {
            throw new DamagedAnchor(sequence, "is not readable: a value is missing or out of range");
        }
        return anchor;
    }

    // The parser leaves missing values null, whatever their type says.
    @SuppressWarnings("ConstantValue")
    private boolean valid() {
        return time != null
                && isTime(time)
                && isHash(previous)
                && isHash(root)
                && next >= 0
                && next < AuditChain.BUCKETS
                && buckets != null
                && sections != null
                && buckets.entrySet().stream()
                        .allMatch(entry -> isBucket(entry.getKey())
                                && entry.getValue() != null
                                && isHash(entry.getValue().root())
                                && entry.getValue().section() >= 1
                                && entry.getValue().section() <= sequence)
                && sections.entrySet().stream()
                        .allMatch(entry ->
                                isBucket(entry.getKey()) && entry.getValue() != null && valid(entry.getValue()));
    }

    @SuppressWarnings("ConstantValue")
    private boolean valid(Section section) {
        return section.base() >= 0
                && section.base() < sequence
                && section.depth() >= 0
                && section.depth() <= AnchorHistory.MAX_DEPTH
                && section.heads() != null
                && section.removed() != null
                && section.heads().values().stream()
                        .allMatch(head -> head != null && AuditHead.parse(head).isPresent());
    }

    private static boolean isTime(String text) {
        try {
            Instant.parse(text);
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }

    @SuppressWarnings("ConstantValue")
    private static boolean isHash(String text) {
        return text != null && text.length() == NONE.length() && text.chars().allMatch(Anchor::isDigit);
    }

    private static boolean isDigit(int character) {
        return character >= '0' && character <= '9' || character >= 'a' && character <= 'f';
    }

    private static boolean isBucket(String name) {
        return name.length() == 2 && name.chars().allMatch(Anchor::isDigit);
    }

    /** Returns the root over some heads in order of their chains. */
    static String rootOf(SortedMap<String, AuditHead> heads) {
        MerkleTree tree = new MerkleTree();
        heads.forEach((chain, head) -> tree.add(new ChainHead(chain, head).leaf()));
        return tree.root();
    }

    static SortedMap<String, String> texts(Map<String, AuditHead> heads) {
        SortedMap<String, String> texts = new TreeMap<>();
        heads.forEach((chain, head) -> texts.put(chain, head.toString()));
        return texts;
    }
}
