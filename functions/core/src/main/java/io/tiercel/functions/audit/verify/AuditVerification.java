package io.tiercel.functions.audit.verify;

import io.tiercel.functions.audit.AuditChain;
import io.tiercel.functions.audit.AuditHead;
import io.tiercel.functions.audit.AuditSource;
import io.tiercel.functions.audit.AuditSource.StoredEntry;
import io.tiercel.functions.audit.AuditSource.StoredHead;
import io.tiercel.functions.audit.ChainHead;
import io.tiercel.functions.audit.anchor.Anchor;
import io.tiercel.functions.audit.anchor.AnchorCheck;
import io.tiercel.functions.audit.anchor.AnchorHistory;
import io.tiercel.functions.audit.anchor.AnchorStore;
import io.tiercel.functions.audit.anchor.DamagedAnchor;
import io.tiercel.functions.audit.verify.VerificationProgress.Phase;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One part of a verification. Reads one page of a chain or one anchor at a time. Not thread-safe.
 */
public final class AuditVerification {
    private static final int CHAINS_PER_PAGE = 100;
    private static final int ENTRIES_PER_PAGE = 200;

    /** Missing anchors in a row that end the verification: a forged anchor with a high number must not keep it busy for years. */
    private static final int MAX_MISSING = 24;

    private final AuditSource source;
    private final AnchorStore store;
    private final AnchorHistory history;
    private final AuditHead marker;
    private final @Nullable String expectedRoot;

    private Phase phase = Phase.CHAINS;
    private Deque<String> pending = new ArrayDeque<>();
    private @Nullable String cursor;
    private boolean listed;
    private AuditHead verified = AuditHead.EMPTY;
    private long chains;
    private long entries;
    private long anchors;
    private String previous = Anchor.NONE;
    private String root = "";
    private boolean expectedFound;
    private List<String> findings = new ArrayList<>();
    private long total;
    private int missing;
    private final Set<String> contradicted = new HashSet<>();

    /**
     * Prepares a part.
     *
     * @param progress where to continue; null to start
     * @param marker number and hash of the newest anchor as the database knows it, to detect anchors that were removed
     * @param expectedRoot a root that an anchor must have; null for none
     */
    public AuditVerification(
            AuditSource source,
            AnchorStore store,
            @Nullable VerificationProgress progress,
            AuditHead marker,
            @Nullable String expectedRoot) {
        this.source = source;
        this.store = store;
        this.history = new AnchorHistory(store);
        this.marker = marker;
        this.expectedRoot = expectedRoot;
        if (progress != null) {
            phase = progress.phase();
            pending = new ArrayDeque<>(progress.pending());
            cursor = progress.cursor();
            listed = progress.listed();
            verified = progress.verified();
            chains = progress.chains();
            entries = progress.entries();
            anchors = progress.anchors();
            missing = progress.missing();
            previous = progress.previous();
            root = progress.root();
            expectedFound = progress.expectedFound();
            contradicted.addAll(progress.contradicted());
            findings = new ArrayList<>(progress.findings());
            total = progress.total();
        }
    }

    /** Verifies until all is verified or the time is over; makes progress in any case. */
    public VerificationProgress run(BooleanSupplier outOfTime) {
        do {
            switch (phase) {
                case CHAINS -> verifyChains();
                case ANCHORS -> verifyAnchor();
                case DONE -> {
                    return progress();
                }
            }
        } while (!outOfTime.getAsBoolean());
        return progress();
    }

    private VerificationProgress progress() {
        return new VerificationProgress(
                phase,
                List.copyOf(pending),
                cursor,
                listed,
                verified,
                chains,
                entries,
                anchors,
                missing,
                previous,
                root,
                expectedFound,
                contradicted.stream().limit(VerificationProgress.MAX_FINDINGS).toList(),
                findings,
                total);
    }

    private void report(String finding) {
        total++;
        if (findings.size() < VerificationProgress.MAX_FINDINGS) {
            findings.add(finding);
        }
    }

    private void verifyChains() {
        if (pending.isEmpty()) {
            if (listed) {
                phase = Phase.ANCHORS;
                return;
            }
            AuditSource.Page page = source.chains(cursor, CHAINS_PER_PAGE);
            pending.addAll(page.chains());
            cursor = page.next();
            listed = cursor == null;
            verified = AuditHead.EMPTY;
            return;
        }
        String chain = pending.getFirst();
        List<StoredEntry> page = source.entries(chain, verified.number(), ENTRIES_PER_PAGE);
        for (StoredEntry entry : page) {
            Optional<String> mismatch = entry.defect() != null
                    ? Optional.of(entry.defect())
                    : AuditChain.mismatch(chain, verified, entry.record());
            if (mismatch.isPresent()) {
                reportEntry(chain, verified.number() + 1, mismatch.get());
                chainDone();
                return;
            }
            verified = entry.record().head();
            entries++;
        }
        if (page.isEmpty()) {
            verifyHead(chain);
        }
    }

    /** The head is read after the entries, so it is never behind them in a log that only grows. */
    private void verifyHead(String chain) {
        Optional<StoredHead> head = source.head(chain);
        long number = head.map(stored -> stored.position().head().number()).orElse(0L);
        if (number > verified.number()
                && !source.entries(chain, verified.number(), 1).isEmpty()) {
            return;
        }
        if (head.isEmpty()) {
            report("chain " + chain + ": its head is missing");
        } else if (number > verified.number()) {
            reportEntry(
                    chain,
                    verified.number() + 1,
                    AuditChain.missing(verified.number() + 1, number) + " at the end of the chain");
        } else if (number < verified.number()) {
            reportEntry(
                    chain,
                    number + 1,
                    "it is behind the stored head, entry " + number + "; it was added, or the head set back");
        } else if (!head.get().position().head().equals(verified)) {
            reportEntry(chain, number, "it does not match the stored head");
        } else if (!head.get().bucket().equals(AuditChain.bucketName(AuditChain.bucketOf(chain)))) {
            report("chain " + chain + ": the bucket of its head was changed, which hides it from anchors");
        }
        chainDone();
    }

    private void reportEntry(String chain, long number, String reason) {
        report("chain " + chain + ", entry " + number + ": " + reason);
    }

    private void chainDone() {
        pending.removeFirst();
        verified = AuditHead.EMPTY;
        chains++;
    }

    private void verifyAnchor() {
        long newest = store.newest();
        if (anchors >= newest) {
            if (marker.number() > newest) {
                report(
                        newest + 1 == marker.number()
                                ? "anchor " + marker.number() + " is missing"
                                : "anchors " + (newest + 1) + " to " + marker.number() + " are missing");
            }
            if (expectedRoot != null && !expectedFound) {
                report("no anchor has the expected root " + expectedRoot);
            }
            phase = Phase.DONE;
            return;
        }
        long sequence = anchors + 1;
        Optional<AnchorHistory.Stored> stored = readAnchor(sequence);
        stored.ifPresent(this::verifyAnchor);
        // An empty hash stands for a damaged anchor, which is reported already.
        previous = stored.map(AnchorHistory.Stored::hash).orElse("");
        anchors = sequence;
        if (missing == MAX_MISSING) {
            report("anchors after " + sequence + " are not verified, because " + MAX_MISSING + " in a row are missing");
            phase = Phase.DONE;
        }
    }

    private Optional<AnchorHistory.Stored> readAnchor(long sequence) {
        try {
            AnchorHistory.Stored stored = history.read(sequence);
            missing = 0;
            return Optional.of(stored);
        } catch (DamagedAnchor e) {
            report(String.valueOf(e.getMessage()));
            missing = e.missing() ? missing + 1 : 0;
            return Optional.empty();
        }
    }

    private void verifyAnchor(AnchorHistory.Stored stored) {
        Anchor anchor = stored.anchor();
        String name = "anchor " + anchor.sequence();
        if (!previous.isEmpty() && !anchor.previous().equals(previous)) {
            report(name + ": its link does not match the previous anchor, which was changed");
        }
        if (anchor.sequence() == marker.number() && !stored.hash().equals(marker.hash())) {
            report(name + " was changed after it was written");
        }
        expectedFound |= anchor.root().equals(expectedRoot);
        root = anchor.root();
        for (Anchor.Section section : anchor.sections().values()) {
            List<ChainHead> positions = section.positions().stream()
                    .filter(position -> !contradicted.contains(position.chain()))
                    .toList();
            for (AnchorCheck.Contradiction found : new AnchorCheck(source).contradictions(positions, name)) {
                // A chain contradicts all later anchors too, so only its first contradiction is reported.
                contradicted.add(found.chain());
                report(found.reason());
            }
            section.removed().stream()
                    .filter(contradicted::add)
                    .forEach(chain -> report("chain " + chain + ": it was missing when " + name + " was written"));
        }
        try {
            verifyRoots(anchor, name);
        } catch (DamagedAnchor e) {
            String finding = String.valueOf(e.getMessage());
            if (!findings.contains(finding)) {
                report(finding);
            }
        }
    }

    /** Rebuilds the roots of the buckets that the anchor changed, and the root over all buckets. */
    private void verifyRoots(Anchor anchor, String name) {
        SortedMap<String, Anchor.Bucket> before = anchor.sequence() == 1 || previous.isEmpty()
                ? Collections.emptySortedMap()
                : history.buckets(anchor.sequence() - 1);
        anchor.buckets().forEach((bucketName, bucket) -> {
            boolean matches = bucket.section() == anchor.sequence()
                    ? history.rebuiltRoot(bucketName, bucket.section()).equals(bucket.root())
                    : previous.isEmpty() || bucket.equals(before.get(bucketName));
            if (!matches) {
                report(name + ": the root of bucket " + bucketName + " does not match its heads");
            }
        });
        if (!Anchor.rootOf(history.buckets(anchor.sequence())).equals(anchor.root())) {
            report(name + ": its root does not match its buckets");
        }
    }
}
