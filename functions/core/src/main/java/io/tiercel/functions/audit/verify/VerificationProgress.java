package io.tiercel.functions.audit.verify;

import io.tiercel.functions.audit.AuditHead;
import io.tiercel.functions.audit.AuditVerdict;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The state of an unfinished verification. It is stored as JSON between two parts.
 *
 * @param phase what is verified at the moment
 * @param pending chains that were listed and are not verified completely, the current one first
 * @param cursor where the list of chains continues; null before the first page and after the last
 * @param listed whether all chains have been listed
 * @param verified the last verified entry of the current chain
 * @param chains number of chains that were verified
 * @param entries number of entries that were verified
 * @param anchors number of anchors that were verified
 * @param missing number of missing anchors in a row before the next one
 * @param previous hash of the last verified anchor; empty if it is damaged
 * @param root the root of the last verified anchor
 * @param expectedFound whether an anchor has the expected root
 * @param contradicted the first {@value #MAX_FINDINGS} chains that contradict an anchor
 * @param findings the first {@value #MAX_FINDINGS} findings
 * @param total number of all findings
 */
public record VerificationProgress(
        Phase phase,
        List<String> pending,
        @Nullable String cursor,
        boolean listed,
        AuditHead verified,
        long chains,
        long entries,
        long anchors,
        int missing,
        String previous,
        String root,
        boolean expectedFound,
        List<String> contradicted,
        List<String> findings,
        long total) {
    /** Maximum number of findings that are kept. */
    public static final int MAX_FINDINGS = 100;

    /** The phases, in order. */
    public enum Phase {
        /** The links and hashes of each chain. */
        CHAINS,
        /** The links and roots of the anchors, and the log against each anchor. */
        ANCHORS,
        /** All is verified. */
        DONE
    }

    public VerificationProgress {
        pending = List.copyOf(pending);
        contradicted = List.copyOf(contradicted);
        findings = List.copyOf(findings);
    }

    /** Returns the result so far. */
    public AuditVerdict verdict() {
        if (phase != Phase.DONE) {
            return new AuditVerdict.Unfinished(chains, entries, anchors, total);
        }
        return total == 0
                ? new AuditVerdict.Intact(chains, entries, anchors, root)
                : new AuditVerdict.Broken(findings, total);
    }
}
