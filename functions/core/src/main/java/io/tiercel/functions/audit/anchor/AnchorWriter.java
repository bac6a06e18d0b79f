package io.tiercel.functions.audit.anchor;

import io.tiercel.functions.audit.AuditChain;
import io.tiercel.functions.audit.AuditHead;
import io.tiercel.functions.audit.AuditSource;
import io.tiercel.functions.audit.ChainHead;
import io.tiercel.functions.audit.anchor.Anchor.Bucket;
import io.tiercel.functions.audit.anchor.Anchor.Section;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes anchors. Each bucket is read once. At most about {@value #MAX_HEADS} changed heads fit into an anchor, and the next anchor
 * continues after the last bucket that was examined. Buckets that were not examined keep the heads of the previous anchor. Compares
 * the log with the previous anchor, so that a change is found before a new anchor covers it.
 */
public final class AnchorWriter {
    private static final int MAX_HEADS = 50_000;
    private static final int PAGE = 1_000;

    private final AuditSource source;
    private final AnchorStore store;

    /**
     * The result of writing an anchor.
     *
     * @param anchor the new anchor; null if another process has written it
     * @param hash its hash
     * @param findings contradictions between the log and the previous anchor
     */
    public record Result(@Nullable Anchor anchor, String hash, List<String> findings) {}

    public AnchorWriter(AuditSource source, AnchorStore store) {
        this.source = source;
        this.store = store;
    }

    /**
     * Writes the next anchor.
     *
     * @param now the time of the anchor
     * @param outOfTime whether to stop after the current bucket; at least one bucket is examined
     */
    public Result write(Instant now, BooleanSupplier outOfTime) {
        long newest = store.newest();
        List<String> findings = new ArrayList<>();
        AnchorHistory history = new AnchorHistory(store);
        Writing writing;
        try {
            writing = newest == 0
                    ? new Writing(history, Anchor.NONE, 0, new TreeMap<>(), 1, true)
                    : new Writing(
                            history,
                            history.read(newest).hash(),
                            history.read(newest).anchor().next(),
                            history.buckets(newest),
                            newest + 1,
                            AnchorHistory.listsAll(newest + 1));
        } catch (DamagedAnchor e) {
            // Starts again with a complete anchor, so that new entries are protected.
            findings.add(String.valueOf(e.getMessage()));
            String previous = store.read(newest).map(Anchor::hashOf).orElse(Anchor.NONE);
            writing = new Writing(history, previous, 0, new TreeMap<>(), newest + 1, true);
        }
        Anchor anchor = writing.run(now, outOfTime, findings);
        String document = anchor.document();
        boolean added = store.add(anchor.sequence(), document);
        return new Result(added ? anchor : null, Anchor.hashOf(document), findings);
    }

    /** One anchor while it is written. */
    private final class Writing {
        private final AnchorHistory history;
        private final String previous;
        private final int first;
        private final SortedMap<String, Bucket> buckets;
        private final long sequence;
        private final boolean listed;
        private final SortedMap<String, Bucket> changed = new TreeMap<>();
        private final SortedMap<String, Section> sections = new TreeMap<>();

        Writing(
                AnchorHistory history,
                String previous,
                int first,
                SortedMap<String, Bucket> buckets,
                long sequence,
                boolean listed) {
            this.history = history;
            this.previous = previous;
            this.first = first;
            this.buckets = buckets;
            this.sequence = sequence;
            this.listed = listed;
        }

        Anchor run(Instant now, BooleanSupplier outOfTime, List<String> findings) {
            int bucket = first;
            long heads = 0;
            do {
                heads += examine(bucket, findings);
                bucket++;
            } while (bucket < AuditChain.BUCKETS && heads < MAX_HEADS && !outOfTime.getAsBoolean());
            buckets.putAll(changed);
            String root = Anchor.rootOf(buckets);
            long chains = buckets.values().stream().mapToLong(Bucket::chains).sum();
            long entries = buckets.values().stream().mapToLong(Bucket::entries).sum();
            return new Anchor(
                    sequence,
                    now.toString(),
                    previous,
                    root,
                    chains,
                    entries,
                    bucket % AuditChain.BUCKETS,
                    listed,
                    listed ? buckets : changed,
                    sections);
        }

        /** Returns the number of heads that the anchor stores for the bucket. */
        private int examine(int number, List<String> findings) {
            String name = AuditChain.bucketName(number);
            SortedMap<String, AuditHead> current = read(number);
            String root = Anchor.rootOf(current);
            Bucket old = buckets.get(name);
            if (old == null ? current.isEmpty() : root.equals(old.root())) {
                return 0;
            }
            Section section = section(name, old, current, findings);
            sections.put(name, section);
            changed.put(
                    name,
                    new Bucket(
                            root,
                            current.size(),
                            current.values().stream()
                                    .mapToLong(AuditHead::number)
                                    .sum(),
                            sequence));
            return section.heads().size();
        }

        private Section section(
                String name, @Nullable Bucket old, SortedMap<String, AuditHead> current, List<String> findings) {
            Section complete = new Section(0, 0, Anchor.texts(current), List.of());
            if (old == null) {
                return complete;
            }
            try {
                SortedMap<String, AuditHead> before = history.heads(name, old.section());
                SortedMap<String, AuditHead> changes = new TreeMap<>(current);
                changes.entrySet().removeIf(head -> head.getValue().equals(before.get(head.getKey())));
                List<String> removed = before.keySet().stream()
                        .filter(chain -> !current.containsKey(chain))
                        .toList();
                findings.addAll(contradictions(before, changes, current));
                int depth = history.section(name, old.section()).depth() + 1;
                return depth > AnchorHistory.MAX_DEPTH || 2 * changes.size() > current.size()
                        ? complete
                        : new Section(old.section(), depth, Anchor.texts(changes), removed);
            } catch (DamagedAnchor e) {
                findings.add(String.valueOf(e.getMessage()));
                return complete;
            }
        }

        /** Every chain must still contain the entry that was its last one in the previous anchor. */
        private List<String> contradictions(
                SortedMap<String, AuditHead> before,
                SortedMap<String, AuditHead> changes,
                SortedMap<String, AuditHead> current) {
            List<ChainHead> positions = new ArrayList<>();
            before.forEach((chain, head) -> {
                if (changes.containsKey(chain) || !current.containsKey(chain)) {
                    positions.add(new ChainHead(chain, head));
                }
            });
            String anchor = "anchor " + (sequence - 1);
            List<String> findings = new ArrayList<>();
            Set<String> hidden = new TreeSet<>(before.keySet());
            hidden.removeAll(current.keySet());
            for (AnchorCheck.Contradiction found : new AnchorCheck(source).contradictions(positions, anchor)) {
                hidden.remove(found.chain());
                findings.add(found.reason());
            }
            before.forEach((chain, head) -> {
                if (hidden.contains(chain)) {
                    findings.add("chain " + chain + ": its head is not in the index, but " + anchor + " has "
                            + head.number() + " entries of it");
                }
            });
            return findings;
        }

        private SortedMap<String, AuditHead> read(int bucket) {
            SortedMap<String, AuditHead> heads = new TreeMap<>();
            String after = "";
            List<ChainHead> page;
            do {
                page = source.heads(bucket, after, PAGE);
                for (ChainHead position : page) {
                    heads.put(position.chain(), position.head());
                    after = position.chain();
                }
            } while (!page.isEmpty());
            return heads;
        }
    }
}
