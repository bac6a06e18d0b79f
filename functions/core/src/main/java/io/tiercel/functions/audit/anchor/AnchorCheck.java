package io.tiercel.functions.audit.anchor;

import io.tiercel.functions.audit.AuditHead;
import io.tiercel.functions.audit.AuditSource;
import io.tiercel.functions.audit.ChainHead;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Compares positions from an anchor with the log. */
public final class AnchorCheck {
    private final AuditSource source;

    /**
     * A position that the log contradicts.
     *
     * @param chain id of the chain
     * @param reason the finding, with chain and entry
     */
    public record Contradiction(String chain, String reason) {}

    public AnchorCheck(AuditSource source) {
        this.source = source;
    }

    /**
     * Returns the positions that the log contradicts. Entries that were appended after the position are no contradiction.
     *
     * @param positions positions from an anchor, any number
     * @param anchor the anchor as text for the findings, for example {@code anchor 7}
     */
    public List<Contradiction> contradictions(List<ChainHead> positions, String anchor) {
        List<Contradiction> findings = new ArrayList<>();
        for (int from = 0; from < positions.size(); from += AuditSource.MAX_POSITIONS) {
            List<ChainHead> batch =
                    positions.subList(from, Math.min(positions.size(), from + AuditSource.MAX_POSITIONS));
            List<Optional<String>> stored = source.hashes(batch);
            for (int i = 0; i < batch.size(); i++) {
                ChainHead position = batch.get(i);
                AuditHead head = position.head();
                if (stored.get(i).isEmpty()) {
                    findings.add(new Contradiction(position.chain(), missing(position, anchor)));
                } else if (!stored.get(i).get().equals(head.hash())) {
                    findings.add(new Contradiction(
                            position.chain(),
                            "chain " + position.chain() + ", entry " + head.number() + ": it differs from " + anchor
                                    + "; the chain was rewritten"));
                }
            }
        }
        return findings;
    }

    private String missing(ChainHead position, String anchor) {
        long had = position.head().number();
        String chain = "chain " + position.chain();
        Optional<AuditSource.StoredHead> head = source.head(position.chain());
        if (head.isEmpty() && source.entries(position.chain(), 0, 1).isEmpty()) {
            return chain + ": the whole chain is missing; it had " + had + (had == 1 ? " entry" : " entries") + " in "
                    + anchor;
        }
        return chain + ", entry " + had + ": it is missing, but exists in " + anchor
                + head.map(stored -> stored.position().head().number())
                        .filter(number -> number < had)
                        .map(number -> "; the chain now ends at entry " + number)
                        .orElse("");
    }
}
